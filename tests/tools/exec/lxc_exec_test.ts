import type { Clock } from "../../../src/base/async/clock.ts";
import { bytes } from "../../../src/base/text/units.ts";
import { assertEquals, assertMatch } from "../../assert.ts";
import { connect } from "../../harness.ts";
import {
  type ContainerExec,
  type ExecRequest,
  type ExecResult,
  SshError,
} from "../../../src/ssh/types.ts";
import { testSteps, walk } from "../steps.ts";

const ENABLED = {
  SSH_ENABLED: "true",
  SSH_KEY_PATH: "/dev/null",
  SSH_NODE: "pve1",
};

/** What the containers of this test answer, in place of a node reached over SSH. */
class ScriptedExec implements ContainerExec {
  readonly requests: ExecRequest[] = [];

  constructor(private readonly answers: (() => Partial<ExecResult>)[]) {}

  run(request: ExecRequest): Promise<ExecResult> {
    this.requests.push(request);
    const nothing = { text: "", droppedBytes: 0 };
    return Promise.resolve().then(() => ({
      exitCode: 0,
      timedOut: false,
      stdout: nothing,
      stderr: nothing,
      durationMs: 120,
      host: "192.0.2.11:22",
      ...this.answers[this.requests.length - 1]?.(),
    }));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

testSteps("proxmox_lxc_exec says which settings switch it on", "proxmox_lxc_exec", [
  {
    call: { vmid: "dns01", command: "uptime" },
    fails: true,
    says: [
      "PROXMOX_SSH_ENABLED=true",
      "PROXMOX_SSH_KEY_PATH",
      "PROXMOX_SSH_NODE",
      "Nothing was run",
    ],
  },
  {
    call: { vmid: "web01", command: "uptime" },
    fails: true,
    says: ["It works on containers only"],
  },
  { call: { vmid: "dns01" }, fails: true, says: ["command: is missing"] },
]);

Deno.test("proxmox_lxc_exec passes the command as it is, and gives output and exit code", async () => {
  const containers = new ScriptedExec([
    () => ({ stdout: { text: "up 5 days\n", droppedBytes: 0 } }),
    () => ({ exitCode: 3, stderr: { text: "no such file\n", droppedBytes: 0 } }),
    () => ({ exitCode: null, timedOut: true, stdout: { text: "…", droppedBytes: 2048 } }),
    () => {
      throw new SshError("not-running", "Container 204 is not running", "Start it first.");
    },
  ]);
  const services = { containerExec: () => Promise.resolve(containers) };
  await using harness = await connect({ settings: ENABLED, services });
  const command = "echo \"a  b\" | tr 'a' '$x'";
  await walk(harness, "proxmox_lxc_exec", [
    {
      call: { vmid: "dns01", node: "pve1", command, stdin: "input" },
      says: [
        "The command has ended in dns01 (200)",
        "exitcode: 0",
        "```\nup 5 days\n```",
        "stderr: empty",
      ],
    },
    {
      call: { vmid: "dns01", command: "cat x" },
      fails: true,
      says: ["The command failed in dns01 (200)", "exit code 3", "stderr:\n```\nno such file\n```"],
    },
    {
      call: { vmid: "dns01", command: "yes", timeout: 90 },
      fails: true,
      says: [
        "It was ended after 90 s: its time was up",
        `${bytes(2048)} in the middle of stdout left out`,
      ],
    },
    {
      call: { vmid: "proxy01", command: "ls" },
      fails: true,
      says: [
        "Cannot run the command in proxy01 (204)",
        "Container 204 is not running",
        "Start it first",
      ],
    },
  ]);
  const [first, , third] = containers.requests;
  assertEquals([first?.node, first?.vmid, first?.command, first?.stdin, first?.timeoutSeconds], [
    "pve1",
    200,
    command,
    "input",
    30,
  ]);
  assertEquals(third?.timeoutSeconds, 90);
});

/** A node that is connected, and never says how a command has ended. */
class SilentNode implements ContainerExec {
  readonly timeouts: number[] = [];
  clock: Clock | undefined;

  async run({ timeoutSeconds, signal }: ExecRequest): Promise<ExecResult> {
    this.timeouts.push(timeoutSeconds);
    await this.clock?.sleep(1e9, signal);
    throw new TypeError("Cannot come to an end");
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

for (const [more, timeout, seconds] of [[{}, 20, 45], [{ timeout: 90 }, 90, 115]] as const) {
  Deno.test(`proxmox_lxc_exec ${timeout === 90 ? "takes its timeout" : "fits into a call"} though the node is silent`, async () => {
    const node = new SilentNode();
    const services = { containerExec: () => Promise.resolve(node) };
    await using harness = await connect({ settings: ENABLED, services });
    const { clock, simulator } = harness;
    node.clock = clock;
    simulator.faults.add({ kind: "latency", ms: 10_000, match: { path: "/cluster/resources" } });
    const before = clock.now();
    const args = { vmid: "dns01", command: "sleep 9999", ...more };
    const { text, isError } = await harness.call("proxmox_lxc_exec", args);
    assertEquals([isError, (clock.now() - before) / 1000], [true, seconds], text);
    assertMatch(text, /Whether it was done is not known/);
    assertEquals(node.timeouts, [timeout]);
  });
}
