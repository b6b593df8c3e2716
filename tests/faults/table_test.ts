/** What every kind of call answers to everything that can go wrong. */
import type { Fault, RequestFault } from "../../src/simulator/faults/faults.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { connect, type ToolAnswer } from "../harness.ts";
import { CALLS, type TriedCall } from "./calls.ts";

const TASK_BEGUN =
  /proxmox_node_task action=list node=\S+ (vmid=\d+ )?shows whether its task has begun/;
const LOOK_FIRST = /Whether it was done is not known: look at the state before trying again/;
const UNSENT = /Nothing was sent to Proxmox VE/;

/** What an answer must say. */
interface Expected {
  /** In all answers: what happened, why, what to do next. */
  readonly says: readonly RegExp[];
  /** Of calls that change something. */
  readonly changes?: readonly RegExp[];
  /** What the answer to a change must not say. */
  readonly never?: RegExp;
}

/** Faults of the request itself. */
const OF_REQUESTS: Readonly<Record<string, Expected & { readonly fault: RequestFault }>> = {
  "nothing listens": {
    fault: { kind: "refused" },
    says: [/connection was refused by demo\.invalid:8006/, /systemctl status pveproxy/, UNSENT],
    never: LOOK_FIRST,
  },
  "the connection breaks before the request is handled": {
    fault: { kind: "reset" },
    says: [/connection was reset by demo\.invalid:8006/, /systemctl status pveproxy/],
    changes: [LOOK_FIRST],
    never: UNSENT,
  },
  "the connection breaks after the request was handled": {
    fault: { kind: "reset", handled: true },
    says: [/connection was reset/],
    changes: [LOOK_FIRST],
    never: UNSENT,
  },
  "the answer breaks off": {
    fault: { kind: "half-body" },
    says: [/broke in the middle of the answer/],
    changes: [LOOK_FIRST],
  },
  "a proxy's page of an error": {
    fault: { kind: "html", status: 502 },
    says: [
      /A web page came back.*502/,
      /must name the API of a node \(port 8006, or the URL of a reverse proxy/,
    ],
    changes: [LOOK_FIRST],
  },
  "a log-in page": {
    fault: { kind: "html", status: 200 },
    says: [/A web page came back/, /without a log-in proxy/],
    changes: [LOOK_FIRST],
  },
  "an answer that is no JSON": {
    fault: { kind: "bad-json" },
    says: [/not JSON came back/, /must name the API/],
    changes: [LOOK_FIRST],
  },
  "status 400": {
    fault: { kind: "status", status: 400, message: "Parameter verification failed." },
    says: [/Parameter verification failed/, /answered 400 to (GET|POST|DELETE) \//],
    never: LOOK_FIRST,
  },
  "status 401": {
    fault: { kind: "status", status: 401, message: "Authentication failed!" },
    says: [/Authentication failed!/, /PROXMOX_TOKEN_NAME \(the part after !\)/, /answered 401/],
    never: LOOK_FIRST,
  },
  "a disabled user": {
    fault: { kind: "status", status: 401, message: "user 'joe@pve' is disabled" },
    says: [/user 'joe@pve' is disabled/, /enable it in Datacenter > Permissions > Users/],
    never: LOOK_FIRST,
  },
  "a token that is not there": {
    fault: { kind: "status", status: 401, message: "no such token 'mpc' for user 'joe@pve'" },
    says: [/"joe@pve" is there, but has no token "mpc": check PROXMOX_TOKEN_NAME/],
    never: LOOK_FIRST,
  },
  "an expired token": {
    fault: { kind: "token-expired" },
    says: [/token 'demo' access expired/, /has expired: proxmox_user_token/],
    never: LOOK_FIRST,
  },
  "status 403": {
    fault: { kind: "status", status: 403, message: "Permission check failed (/vms/107, VM.X)" },
    says: [
      /root@pam!demo lacks VM\.X on \/vms\/107\. Its user root@pam lacks it/,
      /`pveum acl modify \/vms\/107 --users root@pam --roles ROLE`/,
    ],
    never: LOOK_FIRST,
  },
  "status 424": { fault: { kind: "status", status: 424 }, says: [/answered 424 to/] },
  "status 500": {
    fault: { kind: "status", status: 500, message: "command 'zfs list' failed: got timeout" },
    says: [/got timeout/, /often a storage that does not answer/, /answered 500/],
  },
  "status 501": {
    fault: { kind: "status", status: 501 },
    says: [/version of Proxmox VE that does not have this/],
    never: LOOK_FIRST,
  },
  "status 502": {
    fault: { kind: "status", status: 502 },
    says: [/busy or starting: try again/],
    changes: [LOOK_FIRST],
  },
  "status 503": {
    fault: { kind: "status", status: 503 },
    says: [/busy or starting: try again/],
    changes: [LOOK_FIRST],
  },
  "status 595": {
    fault: { kind: "status", status: 595 },
    says: [/offline or cut off: proxmox_cluster action=status/],
    never: LOOK_FIRST,
  },
  "status 596": {
    fault: { kind: "status", status: 596 },
    says: [/too busy, or hangs/, /proxmox_node_task/],
    changes: [LOOK_FIRST],
  },
  "status 599": {
    fault: { kind: "status", status: 599 },
    says: [/no usable answer from the other one/],
    changes: [LOOK_FIRST],
  },
  "an answer later than the call may take": {
    fault: { kind: "latency", ms: 90_000 },
    says: [/No answer within 45 seconds/, /wait= or PROXMOX_TASK_WAIT/],
    changes: [LOOK_FIRST],
  },
};

/** Faults of tasks; only calls that start one meet them. */
const OF_TASKS: Readonly<
  Record<string, { readonly fault: Fault; readonly ok: boolean } & Expected>
> = {
  "the task fails": {
    fault: { kind: "task-fails", message: "command failed: exit code 1" },
    ok: false,
    says: [/Task \w+ failed/, /command failed: exit code 1/, /TASK ERROR: command failed/],
  },
  "the task goes on and on": {
    fault: { kind: "task-endless" },
    ok: true,
    says: [/has started and goes on/, /still running/, /action=wait upid=UPID:pve3:/],
  },
  "the task has warnings": {
    fault: { kind: "task-warnings", count: 2 },
    ok: true,
    says: [/WARNINGS: 2/, /TASK WARNINGS: 2/],
  },
};

interface Tried {
  readonly answer: ToolAnswer;
  /** Changes that were sent. */
  readonly changes: number;
}

/** Makes the call while something is wrong. */
async function tryWith(call: TriedCall, fault: Fault): Promise<Tried> {
  await using harness = await connect();
  harness.simulator.faults.add(fault);
  const answer = await harness.call(call.tool, call.args);
  const changes = harness.simulator.requests.filter(({ method }) => method !== "GET").length;
  return { answer, changes };
}

function isChange({ request }: TriedCall): boolean {
  return request.method !== "GET";
}

function check(
  call: TriedCall,
  { answer, changes }: Tried,
  expected: Expected,
  ok: boolean,
  sent = 1,
): void {
  const { text } = answer;
  assertEquals(answer.isError, !ok, text);
  assertEquals(changes, isChange(call) ? sent : 0, "changes sent");
  const { says, changes: ofChanges = [], never } = expected;
  for (const pattern of isChange(call) ? [...says, ...ofChanges] : says) assertMatch(text, pattern);
  const mayHaveBegun = call.task && sent > 0 && ofChanges.includes(LOOK_FIRST);
  assertEquals(TASK_BEGUN.test(text), mayHaveBegun ?? false, text);
  if (never) assert(!never.test(text), text);
  const words = JSON.stringify(answer.structured);
  if (!ok) assert(words.includes('"reason"'), words);
}

for (const [what, { fault, ...expected }] of Object.entries(OF_REQUESTS)) {
  Deno.test(`every call says what to do about ${what}`, async (test) => {
    for (const [name, call] of Object.entries<TriedCall>(CALLS)) {
      await test.step(name, async () => {
        check(call, await tryWith(call, { ...fault, match: call.request }), expected, false);
      });
    }
  });
}

for (const [what, { fault, ok, ...expected }] of Object.entries(OF_TASKS)) {
  Deno.test(`every change says so when ${what}`, async (test) => {
    for (const [name, call] of Object.entries<TriedCall>(CALLS).filter(([, each]) => each.task)) {
      await test.step(name, async () => {
        check(call, await tryWith(call, fault), expected, ok);
      });
    }
  });
}

const PASSING: Readonly<Record<string, Fault>> = {
  "an answer that is late, but in time": { kind: "latency", ms: 40_000 },
  "a clock that is ahead": { kind: "clock-skew", seconds: 7_200 },
  "a clock that is behind": { kind: "clock-skew", seconds: -7_200 },
};

for (const [what, fault] of Object.entries(PASSING)) {
  Deno.test(`every call works despite ${what}`, async (test) => {
    for (const [name, call] of Object.entries<TriedCall>(CALLS)) {
      await test.step(name, async () => {
        const matched = fault.kind === "latency" ? { ...fault, match: call.request } : fault;
        check(call, await tryWith(call, matched), { says: [] }, true);
      });
    }
  });
}

Deno.test("a read is asked again on a connection that broke; a change is not", async (test) => {
  for (const kind of ["reset", "half-body"] as const) {
    for (const [name, call] of Object.entries<TriedCall>(CALLS)) {
      await test.step(`${kind}: ${name}`, async () => {
        const tried = await tryWith(call, { kind, match: call.request, times: 1 });
        check(call, tried, { says: [], changes: [LOOK_FIRST] }, !isChange(call));
      });
    }
  }
});

/** What takes something away is judged first: where that cannot be, it is not sent. */
function isJudged({ tool }: TriedCall): boolean {
  return tool === "proxmox_guest_delete";
}

Deno.test("an offline node fails its own calls and no list", async (test) => {
  for (const [name, call] of Object.entries<TriedCall>(CALLS)) {
    await test.step(name, async () => {
      const tried = await tryWith(call, { kind: "node-offline", node: "pve3" });
      const says = call.node
        ? [/No route to host/, /offline or cut off/]
        : [/Guests: 15/, /Not online: pve3/];
      check(call, tried, { says, never: LOOK_FIRST }, !call.node, isJudged(call) ? 0 : 1);
    });
  }
});

Deno.test("a silent node fails its own calls and no list", async (test) => {
  for (const [name, call] of Object.entries<TriedCall>(CALLS)) {
    await test.step(name, async () => {
      const tried = await tryWith(call, { kind: "node-silent", node: "pve3" });
      const says = call.node ? [/Connection timed out/, /too busy, or hangs/] : [/Guests: 15/];
      const changes = call.node && !isJudged(call) ? [LOOK_FIRST] : [];
      check(call, tried, { says, changes }, !call.node, isJudged(call) ? 0 : 1);
    });
  }
});
