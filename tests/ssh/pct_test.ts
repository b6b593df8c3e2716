import { explainPct } from "../../src/ssh/pct.ts";
import type { Report } from "../../src/ssh/report.ts";
import type { SshError, SshErrorKind } from "../../src/ssh/types.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { assertDocumented, assertFails, execThrough, requestFor } from "./clients.ts";
import type { ServerOptions } from "./server.ts";
import { type Shared, sshTests } from "./ssh_tests.ts";
import type { SshdOptions } from "./sshd.ts";

const { test, opensshTest } = sshTests();

interface PctCase {
  readonly title: string;
  readonly vmid: number;
  readonly kind: SshErrorKind;
  readonly message: string;
}

const CASES: readonly PctCase[] = [
  {
    title: "a stopped container",
    vmid: 102,
    kind: "not-running",
    message: 'Container 102 on node "pve1" is not running',
  },
  {
    title: "a stopped container, in lxc-attach's words",
    vmid: 105,
    kind: "not-running",
    message: 'Container 105 on node "pve1" is not running',
  },
  {
    title: "a vmid that nothing has",
    vmid: 103,
    kind: "no-container",
    message: "There is no container 103 in the cluster",
  },
  { title: "a VM", vmid: 104, kind: "is-vm", message: "104 is a VM, not a container" },
  {
    title: "a container that has moved",
    vmid: 106,
    kind: "other-node",
    message: 'Container 106 is on node "pve2", not on "pve1"',
  },
  {
    title: "an SSH host that is another node",
    vmid: 108,
    kind: "settings",
    message: 'The SSH address of node "pve1" leads to node "pve9"',
  },
];

for (const { title, vmid, kind, message } of CASES) {
  test(`pct's refusal of ${title} is an error of its own`, async ({ server }) => {
    const error = await assertFails(
      await execThrough(server),
      kind,
      requestFor("true", { vmid }),
    );
    assertEquals(error.message, message);
  });
}

test("a container on a node without an SSH host is named with its node and the setting", async ({ server }) => {
  const request = requestFor("true", { node: "pve2" });
  const error = await assertFails(await execThrough(server), "unknown-node", request);
  assertEquals(error.message, 'The container is on node "pve2", for which no SSH host is set');
  assertStringIncludes(error.hint, "PROXMOX_SSH_NODE=pve1=127.0.0.1,pve2=HOST");
});

test("a command that says what pct says is not mistaken for pct", async ({ exec }) => {
  const texts = [
    "container '100' not running!",
    "Configuration file 'nodes/pve1/lxc/100.conf' does not exist",
    "please run as root",
    "lxc-attach: 100: ../src/lxc/attach.c: get_attach_context: 405 - Failed to get init pid",
    "\nproxmox-mcp: exit 0 0 0 0 0 0",
  ];
  for (const text of texts) {
    const result = await exec.run(requestFor("cat >&2; exit 255", { stdin: `${text}\n` }));
    assertEquals([result.exitCode, result.stderr.text], [255, `${text}\n`]);
  }
});

function reportOfPct(stderr: string, uid: number): Report {
  const stdout = { text: "", droppedBytes: 0 };
  return { how: "exit", code: 255, uid, stdout, stderr: { text: stderr, droppedBytes: 0 } };
}

/** A node that cannot be asked. */
function silent(): Promise<undefined> {
  return Promise.resolve(undefined);
}

Deno.test("explainPct() says that pct needs root", async () => {
  const texts = [
    "please run as root\n",
    "ipcc_send_rec[1] failed: Unknown error -1\nUnable to load access control list: Unknown error -1\n",
  ];
  for (const text of texts) {
    const report = reportOfPct(text, 1000);
    const error = await explainPct(report, requestFor("true"), "alice", silent);
    assert(error);
    assertEquals(error.kind, "privileges");
    await assertDocumented(error);
    assertStringIncludes(error.message, 'The user "alice" may not run pct on node "pve1"');
    assertStringIncludes(error.hint, "PROXMOX_SSH_USER=root");
  }
});

Deno.test("explainPct() believes pct where the node cannot be asked", async () => {
  const kinds = async (text: string): Promise<string | undefined> =>
    (await explainPct(reportOfPct(text, 0), requestFor("true"), "root", silent))?.kind;
  assertEquals(await kinds("container '100' not running!\n"), "not-running");
  assertEquals(await kinds("Error: container '100' not running!\n"), "not-running");
  assertEquals(await kinds("CT 100 not running\n"), "not-running");
  const missing = "Configuration file 'nodes/pve1/lxc/100.conf' does not exist\n";
  assertEquals(await kinds(missing), "no-container");
  assertEquals(await kinds(missing.replace("100", "101")), undefined);
  assertEquals(await kinds("container '101' not running!\n"), undefined);
});

/** The error of a server that is set up differently. */
async function failureOf<Options extends ServerOptions>(
  { start }: Shared<Options>,
  options: Options,
  kind: SshErrorKind,
): Promise<SshError> {
  const other = await start(options);
  try {
    return await assertFails(await execThrough(other), kind);
  } finally {
    await other.stop();
  }
}

test("a host without pct is said to be no Proxmox VE node", async (shared) => {
  const noPct = await failureOf(shared, { hasPct: false }, "no-pct");
  assertEquals(
    noPct.message,
    'Cannot run pct on the SSH host of node "pve1": No such file or directory',
  );
});

opensshTest("a host without Perl is said to be no Proxmox VE node", async (shared) => {
  const noPerl = await failureOf<SshdOptions>(shared, { env: { PATH: "/nowhere" } }, "no-pct");
  assertStringIncludes(noPerl.message, "has no Perl");
});

opensshTest("a login that does not run commands is said to be so", async (shared) => {
  const forced = await failureOf<SshdOptions>(
    shared,
    { config: ["ForceCommand echo go away >&2; exit 3"] },
    "exec-refused",
  );
  assertStringIncludes(forced.message, "(exit status 3): go away");
  await failureOf<SshdOptions>(shared, { config: ["ForceCommand true"] }, "exec-refused");
  await failureOf<SshdOptions>(shared, { config: ["MaxSessions 0"] }, "exec-refused");
});

opensshTest(
  "what the login shell's start-up files print is not taken for the command's output",
  async ({ start }) => {
    const noise = await Deno.makeTempFile();
    await Deno.writeTextFile(noise, "echo hello from the node\necho and more >&2\n");
    const noisy = await start({ env: { BASH_ENV: noise } });
    const through = await execThrough(noisy);
    const { stdout, stderr } = await through.run(requestFor("echo out; echo err >&2"));
    assertEquals([stdout.text, stderr.text], ["out\n", "err\n"]);
    await through.close();
    await noisy.stop();
    await Deno.remove(noise);
  },
  "bash",
);
