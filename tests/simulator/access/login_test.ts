import { TOTP } from "otpauth";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { type Answer, TestClient } from "../client.ts";

const ROOT = { username: "root@pam", password: "proxmox-demo" };

/** What a login answers. */
interface Login {
  readonly ticket: string;
  readonly CSRFPreventionToken: string;
  readonly NeedTFA?: number;
}

/** A client without credentials. */
function stranger(): TestClient {
  const client = new TestClient();
  client.authorization = undefined;
  return client;
}

async function loggedIn(client: TestClient, who: typeof ROOT = ROOT): Promise<Login> {
  client.authorization = undefined;
  client.headers = {};
  const login = await client.data<Login>("POST /access/ticket", who);
  client.headers = {
    Cookie: `PVEAuthCookie=${encodeURIComponent(login.ticket)}`,
    CSRFPreventionToken: login.CSRFPreventionToken,
  };
  return login;
}

const refusal = ({ status, reason, text }: Answer): unknown[] => [status, reason, text];

Deno.test("a ticket goes as a cookie, encoded or not, or in the header Authorization", async () => {
  const client = stranger();
  const { ticket } = await client.data<Login>("POST /access/ticket", ROOT);
  assertMatch(ticket, /^PVE:root@pam:[0-9A-F]{8}::[A-Za-z0-9+/=]{300,}$/);
  for (
    const headers of [
      { Cookie: `PVEAuthCookie=${ticket}` },
      { Cookie: `other=1; PVEAuthCookie=${encodeURIComponent(ticket)}` },
      { Authorization: `PVEAuthCookie=${ticket}` },
    ] as Record<string, string>[]
  ) {
    client.headers = headers;
    assertEquals((await client.ask("GET /version")).status, 200);
  }
  client.headers = { Cookie: "PVEAuthCookie=PVE:root@pam:00000000::AAAA" };
  assertEquals(refusal(await client.ask("GET /version")), [401, "Authentication failed!", ""]);
});

Deno.test("a write needs the token against forged requests, a read does not", async () => {
  const client = stranger();
  const { CSRFPreventionToken: csrf } = await loggedIn(client);
  const { Cookie = "" } = client.headers;
  const refused = [401, "Permission denied - invalid csrf token", ""];
  const write = (): Promise<Answer> => client.ask("POST /access/groups", { groupid: "ops" });
  client.headers = { Cookie };
  assertEquals((await client.ask("GET /access/groups")).status, 200);
  assertEquals(refusal(await write()), refused);
  client.headers = { Cookie, CSRFPreventionToken: `${csrf}x` };
  assertEquals(refusal(await write()), refused);
  // The ticket counts, not the token beside it.
  client.use("full");
  client.headers = { Cookie };
  assertEquals(refusal(await write()), refused);
  client.headers = { Cookie, CSRFPreventionToken: csrf };
  assertEquals((await write()).status, 200);
});

Deno.test("a ticket is good for two hours, and in that time for another one", async () => {
  const client = stranger();
  const { ticket } = await loggedIn(client);
  client.clock.advance(7_190_000);
  assertEquals((await client.ask("GET /version")).status, 200);
  await loggedIn(client, { username: "root@pam", password: ticket });
  client.clock.advance(20_000);
  assertEquals((await client.ask("GET /version")).status, 200);
  client.headers = {};
  const late = await client.ask("POST /access/ticket", { username: "root@pam", password: ticket });
  assertEquals([late.status, late.message], [401, "authentication failure\n"]);
});

Deno.test("a login with a token beside it is refused, as all that takes no token", async () => {
  const client = new TestClient();
  assertEquals((await client.ask("POST /access/ticket", ROOT)).status, 403);
});

Deno.test("a disabled user's ticket is refused from then on", async () => {
  const client = stranger();
  await loggedIn(client);
  await client.data("POST /access/users", { userid: "eve@pve", password: "correct horse" });
  const eve = { username: "eve@pve", password: "correct horse" };
  await loggedIn(client, eve);
  const { headers } = client;
  await loggedIn(client);
  await client.data("PUT /access/users/eve@pve", { enable: 0 });
  client.headers = headers;
  assertEquals((await client.ask("GET /version")).status, 401);
  client.headers = {};
  assertEquals((await client.ask("POST /access/ticket", eve)).status, 401);
});

Deno.test("a second factor is asked for: a code counts once, and too many wrong ones lock", async () => {
  const client = stranger();
  await loggedIn(client);
  const codes = new TOTP({ secret: "JBSWY3DPEHPK3PXP" });
  const code = (): string => codes.generate({ timestamp: client.clock.now() });
  const add = (value: string): Promise<Answer> =>
    client.ask("POST /access/tfa/root@pam", { type: "totp", totp: codes.toString(), value });
  assertEquals((await add("1")).status, 400);
  assertEquals((await add(code())).status, 200);
  assert(!(await client.ask("GET /access/tfa/root@pam")).text.includes("JBSWY3DPEHPK3PXP"));
  const { headers } = client;

  client.headers = {};
  const challenge = async (): Promise<string> => {
    const login = await client.data<Login>("POST /access/ticket", ROOT);
    assertEquals(login.NeedTFA, 1);
    return login.ticket;
  };
  const ticket = await challenge();
  assertMatch(ticket, /^PVE:!tfa!%7B%22totp%22%3Atrue/);
  const answer = async (password: string): Promise<number> =>
    (await client.ask("POST /access/ticket", {
      username: "root@pam",
      "tfa-challenge": ticket,
      password,
    })).status;
  assertEquals(await answer("totp:000000"), 401);
  assertEquals(await answer(`totp:${code()}`), 200);
  assertEquals(await answer(`totp:${code()}`), 401, "used once");
  client.headers = { Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}` };
  assertEquals((await client.ask("GET /version")).status, 401, "a challenge is no ticket");
  client.headers = {};
  client.clock.advance(30_000);
  assertEquals(await answer(`totp:${code()}`), 200);
  client.clock.advance(30_000);
  for (let tries = 0; tries < 8; tries++) await answer("totp:000000");
  assertEquals(await answer(`totp:${code()}`), 401, "locked");
  assertMatch(await challenge(), /^PVE:!tfa!%7B%22totp%22%3Afalse/);
  client.headers = headers;
  assertEquals(await client.data<number>("PUT /access/users/root@pam/unlock-tfa"), 1);
  client.headers = {};
  assertEquals(await answer(`totp:${code()}`), 200);
});

/** Requests that root@pam may make, and what a token of root is told. */
const ROOTS:
  readonly (readonly [string, Record<string, string | number>, status: number, RegExp])[] = [
    ["PUT /nodes/pve1/disks/wipedisk", { disk: "/dev/sde" }, 403, /user != root@pam/],
    ["PUT /nodes/pve1/qemu/100/config", { args: "-no-hpet" }, 500, /only root can set 'args'/],
    ["PUT /nodes/pve1/qemu/100/config", { vmgenid: "1" }, 500, /only root can set 'vmgenid'/],
    ["PUT /nodes/pve1/qemu/100/config", { hostpci0: "01:00.0" }, 500, /non-mapped devices/],
    ["PUT /nodes/pve1/qemu/100/config", { usb0: "host=1234:5678" }, 500, /for real devices/],
    ["PUT /nodes/pve1/qemu/100/config", { serial1: "/dev/ttyS0" }, 500, /modify 'serial1'/],
    ["PUT /nodes/pve1/lxc/200/config", { hookscript: "local:snippets/a.pl" }, 403, /hookscript/],
    ["PUT /nodes/pve1/lxc/200/config", { dev0: "/dev/net/tun" }, 403, /device passthrough/],
    ["PUT /nodes/pve1/lxc/200/config", { features: "nesting=1,keyctl=1" }, 403, /except nesting/],
    ["PUT /nodes/pve1/lxc/200/config", { mp9: "/srv,mp=/srv" }, 403, /mount point type bind/],
  ];

for (const [request, params, status, words] of ROOTS) {
  Deno.test(`${request} ${JSON.stringify(params)} is for root@pam, and for no token of root`, async () => {
    const client = new TestClient();
    const refused = await client.ask(request, params);
    assertEquals(refused.status, status);
    assertMatch(refused.message ?? "", words);
    await loggedIn(client);
    const done = await client.ask(request, params);
    assert(
      done.status === 200 || !words.test(done.message ?? ""),
      `${done.status} ${done.text}`,
    );
  });
}
