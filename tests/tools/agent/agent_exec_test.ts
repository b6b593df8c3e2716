import { assert, assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps } from "../steps.ts";

/** The commands that reached the agent, each as its list. */
async function sent(call: Readonly<Record<string, unknown>>): Promise<string[]> {
  await using harness = await connect();
  await harness.call("proxmox_agent_exec", { operation: "exec", ...call });
  const request = harness.simulator.requests.find((each) => each.path.endsWith("/agent/exec"));
  return new URLSearchParams(request?.body).getAll("command");
}

testSteps(
  "proxmox_agent_exec waits for the command and gives output and exit code apart",
  "proxmox_agent_exec",
  [
    {
      call: { operation: "exec", vmid: "web01", command: "echo", args: ["a b", "c"] },
      says: [
        "The command has ended in web01 (100)",
        "exitcode: 0",
        "stdout:\n```\na b c\n```",
        "stderr: empty",
      ],
    },
    {
      call: { operation: "exec", vmid: "web01", command: ["cat"], "input-data": "grüße" },
      says: ["stdout:\n```\ngrüße\n```"],
    },
    {
      call: { operation: "exec", vmid: "web01", command: "nosuchprogram" },
      fails: true,
      says: [
        "The command failed in web01 (100)",
        "exit code 127",
        "stderr:\n```\nsh: 1: nosuchprogram",
      ],
    },
    {
      call: {
        operation: "exec",
        vmid: "web01",
        command: "sleep 300",
        timeout: 5,
        "capture-output": true,
      },
      says: ["The command still runs in web01 (100)", "operation=status vmid=100 pid="],
    },
    {
      call: { operation: "status", vmid: "web01", pid: 99999 },
      fails: true,
      says: ["PID 99999 does not exist"],
    },
    { call: { operation: "status", vmid: "web01" }, fails: true, says: ["pid: is missing"] },
    {
      call: { operation: "exec", vmid: "web01", command: " " },
      fails: true,
      says: ["Cannot run nothing"],
    },
    {
      call: { operation: "exec", vmid: "gitlab", command: "ls" },
      fails: true,
      says: ["QEMU guest agent is not running"],
    },
  ],
);

Deno.test("proxmox_agent_exec asks later for a command that still ran", async () => {
  await using harness = await connect();
  const call = { operation: "exec", vmid: "web01", command: "sleep 20", timeout: 1 };
  const { structured } = await harness.call("proxmox_agent_exec", call);
  const { pid } = structured.data as { readonly pid: number };
  const again = { operation: "status", vmid: "web01", pid, wait: 60 };
  const { text, isError } = await harness.call("proxmox_agent_exec", again);
  assertEquals(isError, false, text);
  assert(text.includes("exitcode: 0"), text);
});

Deno.test("proxmox_agent_exec gives a text alone to the guest's shell, and lists as they are", async () => {
  assertEquals(await sent({ vmid: "web01", command: "ls | wc" }), ["/bin/sh", "-c", "ls | wc"]);
  assertEquals(await sent({ vmid: "web01", command: "/bin/ls", args: ["-l; x"] }), [
    "/bin/ls",
    "-l; x",
  ]);
  assertEquals(await sent({ vmid: "web01", command: ["a b", "c"] }), ["a b", "c"]);
  assertEquals(await sent({ vmid: "win11-test", command: "dir" }), ["cmd.exe", "/c", "dir"]);
});
