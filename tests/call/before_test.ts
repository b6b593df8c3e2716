/** What must be done before a request: once, when all is confirmed and the guest's turn has come. */
import { guestOperation } from "../../src/pve/api.ts";
import { guestOf } from "../../src/tool/context.ts";
import { defineTool, write } from "../../src/tool/define.ts";
import type { RegisteredTool } from "../../src/tool/registry.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { connect, type Harness, type HarnessOptions } from "../harness.ts";
import { changes } from "../guard/late.ts";
import { hooked } from "../hooked_transport.ts";
import { assertDeclined, assertDone, assertFailed } from "../outcome.ts";

/** Deletes a guest that may run: it is stopped first. */
const STOP_AND_DELETE: RegisteredTool = {
  category: "guest",
  tool: defineTool({
    name: "proxmox_test_remove",
    title: "Stop and delete",
    description: "Stop a guest and delete it.",
    actions: {
      default: write("DELETE /nodes/{node}/{type}/{vmid}", {
        before: (context) => {
          const { node, vmid, type, status } = guestOf(context);
          const operation = guestOperation("POST /nodes/{node}/{type}/{vmid}/status/stop", type);
          return status === "stopped" ? [] : [{ operation, args: { node, vmid } }];
        },
        successMessage: "{guest} is deleted",
      }),
    },
  }),
};
const RUNNING = { vmid: 105 };
const STOP = "POST /nodes/pve3/qemu/105/status/stop";
const DELETE = "DELETE /nodes/pve3/qemu/105";

interface Asked {
  readonly harness: Harness;
  readonly questions: string[];
}

async function asked(
  answer: "accept" | "decline",
  meanwhile: (harness: Harness) => void = () => {},
  options: HarnessOptions = {},
): Promise<Asked> {
  const questions: string[] = [];
  const harness: Harness = await connect({
    ...options,
    tools: [STOP_AND_DELETE],
    ask: (question) => {
      questions.push(question);
      meanwhile(harness);
      return Promise.resolve(answer);
    },
  });
  harness.simulator.cluster.guests.get(105)!.status = "running";
  return { harness, questions };
}

Deno.test("one question names what both take away; then the first is sent, and the other after its task", async () => {
  const { harness, questions } = await asked("accept");
  await using _ = harness;
  assertDone(await harness.call("proxmox_test_remove", RUNNING), /is deleted$/);
  assertEquals(questions.length, 1);
  assertEquals(questions[0]?.match(/^Lost: /gm)?.length, 2, questions[0]);
  assertEquals(changes(harness), [STOP, DELETE]);
  assert(!harness.simulator.cluster.guests.has(105));
});

Deno.test("what comes first is not sent again when a lock makes the request wait", async () => {
  const { harness } = await asked("accept");
  await using _ = harness;
  const message = "can't lock file '/var/lock/qemu-server/lock-105.conf' - got timeout";
  const match = { method: "DELETE", path: "/qemu/105" };
  harness.simulator.faults.add({ kind: "status", status: 500, message, match, times: 2 });
  assertDone(await harness.call("proxmox_test_remove", RUNNING));
  assertEquals(changes(harness), [STOP, DELETE, DELETE, DELETE]);
});

Deno.test("a no, or a guest that becomes another one, keeps what comes first from being sent", async () => {
  const declined = await asked("decline");
  await using _ = declined.harness;
  assertDeclined(await declined.harness.call("proxmox_test_remove", RUNNING), /was not confirmed/);
  assertEquals(changes(declined.harness), []);
  const late = await asked("accept", ({ simulator: { cluster } }) => {
    cluster.guests.get(105)!.config.name = "PRODUCTION-DB";
  });
  await using __ = late.harness;
  const answer = await late.harness.call("proxmox_test_remove", RUNNING);
  assertFailed(answer, /was not done/, /it is PRODUCTION-DB/);
  assertStringIncludes(answer.text, "Nothing was done");
  assertEquals(changes(late.harness), []);
});

Deno.test("what changes after the first was sent voids the rest, and the answer says what was done", async () => {
  const { harness } = await asked("accept", () => {}, {
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line) => {
          if (!line.endsWith("/status/stop")) return;
          const { config } = harness.simulator.cluster.guests.get(105)!;
          config.scsi7 = "local-lvm:vm-105-disk-7,size=500G";
        },
      }),
  });
  await using _ = harness;
  const answer = await harness.call("proxmox_test_remove", RUNNING);
  assertFailed(answer, /was not done/, /would be lost as well: the guest with .*500G/);
  assertStringIncludes(answer.text, "What came before it was done");
  assertEquals(changes(harness), [STOP]);
});

Deno.test("when what comes first fails or goes on, nothing comes after it", async () => {
  const { harness } = await asked("accept");
  await using _ = harness;
  harness.simulator.faults.add({ kind: "task-fails", message: "no such luck", type: "qmstop" });
  const failed = await harness.call("proxmox_test_remove", RUNNING);
  assertFailed(failed, /status\/stop failed$/, /no such luck/);
  assertStringIncludes(failed.text, "What was to come after it was not sent");
  harness.simulator.faults.clear();
  harness.simulator.cluster.guests.get(105)!.status = "running";
  const slow = await harness.call("proxmox_test_remove", { ...RUNNING, wait: 0 });
  assertFailed(slow, /status\/stop goes on$/, /no time left/);
  assertEquals(changes(harness), [STOP, STOP]);
});
