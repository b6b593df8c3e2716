import { TOTP } from "otpauth";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { redact } from "../../../src/base/process/log.ts";
import { PveClient } from "../../../src/pve/client.ts";
import { PveError } from "../../../src/pve/errors.ts";
import { Login } from "../../../src/pve/login/login.ts";
import { LoginError } from "../../../src/pve/login/login_error.ts";
import type { Transport } from "../../../src/pve/transport/transport.ts";
import { TestClient } from "../../simulator/client.ts";

const PASSWORD = "proxmox-demo";
const SECRET = "JBSWY3DPEHPK3PXP";

/** How a login differs from root@pam's, with the right password and no second factor. */
interface Options {
  readonly user?: string;
  readonly password?: string;
  /** The secret that the login has. */
  readonly totpSecret?: string;
  /** The secret that Proxmox VE has. */
  readonly factor?: string;
}

/** A client that is logged in, or about to be, and the embedded cluster behind it. */
class Bench {
  readonly embedded = new TestClient();
  readonly pve: PveClient;
  readonly login: Login;

  constructor({ user = "root@pam", password = PASSWORD, totpSecret, factor }: Options = {}) {
    const { clock, simulator } = this.embedded;
    const transport: Transport = simulator.transport();
    const host = new URL("https://pve1:8006");
    const credentials = this.login = new Login({
      ...{ host, transport, clock, user, password, timeoutSeconds: 60 },
      ...(totpSecret === undefined ? {} : { totpSecret }),
    });
    this.pve = new PveClient({
      ...{ host, transport, clock, credentials, timeoutSeconds: 60, rateLimit: 0 },
    });
    if (factor === undefined) return;
    const id = "totp-1";
    simulator.cluster.table("access.tfa").set(user, {
      entries: [{ id, type: "totp", totp: new TOTP({ secret: factor }).toString(), enable: 1 }],
    });
  }

  /** A read that any login may make. */
  read(): Promise<unknown> {
    return this.pve.request("GET /version", {});
  }

  /** A change that says how often it was made. */
  async write(name: string): Promise<void> {
    await this.pve.request("POST /access/groups", { groupid: name });
  }

  /** Requests that asked for a ticket, by what proved the user. */
  get logins(): string[] {
    return this.embedded.simulator.requests
      .filter(({ method, path }) => method === "POST" && path.endsWith("/access/ticket"))
      .map(({ body }) => {
        const password = new URLSearchParams(body).get("password") ?? "";
        return /^(?:totp|PVE)(?=:)/.exec(password)?.[0] ?? "password";
      });
  }

  /** How often a change arrived. */
  arrived(name: string): number {
    return this.embedded.simulator.requests
      .filter(({ body, status }) => body.includes(`groupid=${name}`) && status === 200).length;
  }

  minutes(count: number): void {
    this.embedded.clock.advance(count * 60_000);
  }

  async fails(work: () => Promise<unknown> = () => this.read()): Promise<LoginError> {
    const error = await assertRejects(work, LoginError);
    assert(!`${error.message} ${error.hint}`.includes(PASSWORD), "no secret in an error");
    return error as LoginError;
  }
}

Deno.test("one login serves all who come at once, and writes carry what they need", async () => {
  const bench = new Bench();
  await Promise.all([bench.read(), bench.read(), bench.write("ops"), bench.write("qa")]);
  assertEquals(bench.logins, ["password"]);
  assertEquals([bench.arrived("ops"), bench.arrived("qa")], [1, 1]);
});

Deno.test("a ticket is renewed by itself before it ends, and by the password after", async () => {
  const bench = new Bench();
  await bench.read();
  bench.minutes(80);
  await bench.read();
  bench.minutes(15);
  await bench.read();
  assertEquals(bench.logins, ["password", "PVE"]);
  bench.minutes(130);
  await bench.read();
  assertEquals(bench.logins, ["password", "PVE", "password"]);
});

Deno.test("a ticket that cannot be renewed for now is used for as long as it is good", async () => {
  const bench = new Bench();
  await bench.read();
  bench.minutes(95);
  bench.embedded.simulator.faults.add({ kind: "status", status: 503, times: 1 });
  await bench.read();
  await bench.read();
  assertEquals(bench.logins, ["password", "PVE", "PVE"]);
});

Deno.test("a ticket that ends on its way is replaced once, and the change is made once", async () => {
  const bench = new Bench();
  await bench.read();
  bench.embedded.simulator.cluster.table("access.tickets").clear();
  await bench.write("ops");
  assertEquals([bench.logins.length, bench.arrived("ops")], [2, 1]);
});

Deno.test("a new ticket that is not taken either ends the call", async () => {
  const bench = new Bench();
  await bench.read();
  bench.embedded.simulator.faults.add({ kind: "token-expired" });
  const error = await bench.fails(() => bench.write("ops"));
  assertEquals(error.failure, "ticket refused");
  assertStringIncludes(error.hint, "clocks");
  assertEquals([bench.logins.length, bench.arrived("ops")], [2, 0]);
});

Deno.test("a refusal of an operation itself is none of the ticket", async () => {
  const bench = new Bench();
  await assertRejects(
    () => bench.pve.request("GET /access/users/{userid}", { userid: "no@pve" }),
    PveError,
  );
  assertEquals(bench.logins, ["password"]);
});

/** Logins that Proxmox VE refuses: what is said, and which requests that took. */
const REFUSED: Readonly<
  Record<string, readonly [Options, failure: string, says: RegExp, logins: string[]]>
> = {
  "a wrong password": [{ password: "wrong" }, "refused", /password is wrong/, ["password"]],
  "an unknown user": [{ user: "nobody@pam" }, "refused", /unknown/, ["password"]],
  "a disabled user": [{ user: "mallory@pve" }, "refused", /disabled/, ["password"]],
  "a factor without its secret": [
    { factor: SECRET },
    "factor missing",
    /PROXMOX_TOTP_SECRET.*WebAuthn/,
    ["password"],
  ],
  "the secret of another factor": [
    { factor: SECRET, totpSecret: "GEZDGNBVGY3TQOJQ" },
    "code refused",
    /secret of that user/,
    ["password", "totp"],
  ],
};

for (const [what, [options, failure, says, logins]] of Object.entries(REFUSED)) {
  Deno.test(`${what} is said, and not tried again for five minutes`, async () => {
    const bench = new Bench(options);
    const first = await bench.fails();
    assertEquals(first.failure, failure);
    assert(says.test(`${first.message} ${first.hint}`), `${first.message} ${first.hint}`);
    bench.minutes(4);
    const second = await bench.fails(() => bench.write("ops"));
    assertEquals(second.failure, failure);
    assertStringIncludes(second.message, "not tried again for");
    assertEquals(bench.logins, logins);
    bench.minutes(2);
    await bench.fails();
    assertEquals(bench.logins, [...logins, ...logins]);
    assertEquals(bench.arrived("ops"), 0);
  });
}

Deno.test("a factor that takes no codes, or no more of them, is said", async () => {
  const bench = new Bench({ factor: SECRET, totpSecret: SECRET });
  bench.embedded.simulator.cluster.table("access.tfa").get("root@pam")!.failures = 8;
  const error = await bench.fails();
  assertEquals(error.failure, "factor unknown");
  assertStringIncludes(error.hint, "locks");
});

Deno.test("codes that clocks apart make are told from wrong ones", async () => {
  const bench = new Bench({ factor: SECRET, totpSecret: SECRET });
  bench.embedded.simulator.faults.add({ kind: "clock-skew", seconds: 600 });
  const error = await bench.fails();
  assertEquals(error.failure, "clocks differ");
  assertStringIncludes(error.message, "600 s apart");
});

Deno.test("a code is sent once: the next login waits for the next one", async () => {
  const bench = new Bench({ factor: SECRET, totpSecret: SECRET });
  await bench.read();
  const { clock, simulator } = bench.embedded;
  simulator.cluster.table("access.tickets").clear();
  const before = Math.floor(clock.now() / 30_000);
  await bench.read();
  assertEquals(bench.logins, ["password", "totp", "password", "totp"]);
  assertEquals(Math.floor(clock.now() / 30_000), before + 1);
});

for (
  const [what, fault] of [
    ["a node that is too busy", { kind: "status", status: 503 }],
    ["a connection that breaks", { kind: "reset" }],
    ["a web page", { kind: "html", status: 502 }],
  ] as const
) {
  Deno.test(`${what} is no refusal: the next call logs in`, async () => {
    const bench = new Bench();
    bench.embedded.simulator.faults.add({ ...fault, times: 1 });
    const error = await bench.fails(() => bench.write("ops"));
    assertEquals([error.failure, error.pauseSeconds], ["unavailable", 0]);
    assertEquals(bench.arrived("ops"), 0);
    await bench.write("ops");
    assertEquals(bench.arrived("ops"), 1);
  });
}

Deno.test("who gives up waiting for a login leaves it to the others", async () => {
  const bench = new Bench();
  const controller = new AbortController();
  const left = bench.pve.request("GET /version", {}, { signal: controller.signal });
  const stays = bench.read();
  controller.abort(new Error("left"));
  await assertRejects(() => left, Error, "left");
  await stays;
  assertEquals(bench.logins, ["password"]);
});

Deno.test("a ticket is a secret of the log", async () => {
  const bench = new Bench();
  bench.minutes(7); // Others are held from before.
  const { Cookie = "", CSRFPreventionToken = "" } = await bench.login.headers("POST");
  assert(!redact(Cookie).includes("root"), redact(Cookie));
  assert(!redact(CSRFPreventionToken).includes(":"), redact(CSRFPreventionToken));
  bench.minutes(130);
  await bench.read();
  assertEquals(redact(CSRFPreventionToken), CSRFPreventionToken, "it is over, and another held");
});
