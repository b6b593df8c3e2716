import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { connect, declining, type Harness, type HarnessOptions } from "../../harness.ts";
import { assertDeclined, assertDone, assertFailed } from "../../outcome.ts";
import { opensshTests, type Shared } from "../../ssh/ssh_tests.ts";
import { testSteps, walk } from "../steps.ts";

const TOOL = "proxmox_storage_content";
const test = opensshTests();
const ENABLED = { SSH_ENABLED: "true", SSH_KEY_PATH: "/dev/null", SSH_NODE: "pve1" };
const TEXT = "#cloud-config\nusers: [ops] # 'quoted' $HOME `x`\n";

/** A client whose cluster has a storage in a folder of the SSH server's machine. */
async function connected(
  { server, exec }: Shared,
  folder: string,
  options: HarnessOptions = {},
): Promise<Harness> {
  const path = `${server.directory}/${folder}`;
  await Deno.mkdir(`${path}/own/snip`, { recursive: true });
  const services = { nodeFiles: () => Promise.resolve(exec) };
  const harness = await connect({ settings: ENABLED, services, ...options });
  await harness.services.pve.request("POST /storage", {
    ...{ storage: "texts", type: "dir", path, content: "snippets,iso" },
    "content-dirs": "iso=own/isos,snippets=own/snip",
  });
  return harness;
}

/** The cluster shows the snippet that is there. */
function show({ simulator }: Harness): void {
  simulator.cluster.storages.put({
    ...{ volid: "texts:snippets/user.yaml", content: "snippets", format: "snippet" },
    ...{ size: 3, used: 3, ctime: 1_767_000_000 },
  }, "pve1");
}

const CALL = { action: "upload", storage: "texts", node: "pve1", content: "snippets" };

test("a snippet is written into the folder of the storage's definition", async (shared) => {
  await using harness = await connected(shared, "written");
  const answer = await harness.call(TOOL, { ...CALL, filename: "user.yaml", text: TEXT });
  assertDone(answer, /^Wrote texts:snippets\/user\.yaml \(\d+ B\) on pve1$/);
  const path = `${shared.server.directory}/written/own/snip/user.yaml`;
  assertEquals(await Deno.readTextFile(path), TEXT);
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o644);
  await harness.call(TOOL, { ...CALL, filename: "hook.sh", text: "#!/bin/sh\n" });
  const hook = path.replace("user.yaml", "hook.sh");
  assertEquals(((await Deno.stat(hook)).mode ?? 0) & 0o777, 0o755);
});

test("a snippet that is there is asked about, and one that nobody saw is not written over", async (shared) => {
  const questions: string[] = [];
  const answers: ("accept" | "decline")[] = ["decline", "accept"];
  const ask = async (question: string): Promise<"accept" | "decline"> => {
    await declining(questions)(question);
    return answers.shift() ?? "decline";
  };
  await using harness = await connected(shared, "asked", { ask });
  const path = `${shared.server.directory}/asked/own/snip/user.yaml`;
  await Deno.writeTextFile(path, "old");
  const call = { ...CALL, filename: "user.yaml", text: TEXT };
  await walk(harness, TOOL, [{ call, fails: true, says: ["a file of that name is there"] }]);
  assertEquals([questions.length, await Deno.readTextFile(path)], [0, "old"]);
  show(harness);
  assertDeclined(await harness.call(TOOL, call));
  assert(questions[0]?.includes("texts:snippets/user.yaml"), questions[0]);
  assertEquals(await Deno.readTextFile(path), "old");
  assertDone(await harness.call(TOOL, call), /over what was there$/);
  assertEquals(await Deno.readTextFile(path), TEXT);
});

test("a snippet of a file that changes after the question is not written", async (shared) => {
  const file = `${shared.server.directory}/user.yaml`;
  await Deno.writeTextFile(file, "agreed to");
  const questions: string[] = [];
  await using harness = await connected(shared, "changed", {
    settings: { ...ENABLED, FILES_DIR: shared.server.directory },
    ask: async (question) => {
      questions.push(question);
      if (questions.length === 1) await Deno.writeTextFile(file, "put there");
      return "accept";
    },
  });
  const path = `${shared.server.directory}/changed/own/snip/user.yaml`;
  await Deno.writeTextFile(path, "old");
  show(harness);
  const call = { ...CALL, filename: file };
  assertFailed(await harness.call(TOOL, call), /was not done/, /the file was 9 B, .* it is 9 B, /);
  assertMatch(questions[0] ?? "", /with a file of 9 B, SHA-256 [0-9a-f]{12}…/);
  assertEquals(await Deno.readTextFile(path), "old");
  assertDone(await harness.call(TOOL, call), /over what was there$/);
  assertEquals(await Deno.readTextFile(path), "put there");
});

testSteps("snippets are refused where they cannot be, or may not be written", TOOL, [
  {
    call: { ...CALL, storage: "local", filename: "../x.yaml", text: "x" },
    fails: true,
    says: ["expected a plain file name"],
  },
  {
    call: { ...CALL, storage: "local", filename: "x.yaml", text: "x".repeat(256 * 1024 + 1) },
    fails: true,
    says: ["more than 256.00 KiB"],
  },
  { call: { ...CALL, storage: "local" }, fails: true, says: ["filename: is missing"] },
  {
    call: { ...CALL, storage: "tank", filename: "x.yaml", text: "x" },
    fails: true,
    says: ["snippets is not among it"],
  },
  {
    call: { ...CALL, node: "pve2", storage: "local", filename: "x.yaml", text: "x" },
    fails: true,
    says: ['The storage is on node "pve2", for which no SSH host is set'],
  },
  {
    call: { ...CALL, storage: "local", filename: "web-init.yaml", text: "x", dry_run: true },
    says: [
      "Lost: local:snippets/web-init.yaml",
      "It goes over SSH, as /var/lib/vz/snippets/web-init.yaml on pve1",
    ],
  },
], { settings: ENABLED });

testSteps("snippets say which settings switch them on", TOOL, [{
  call: { ...CALL, storage: "local", filename: "x.yaml", text: "x" },
  fails: true,
  says: ["Snippets are switched off", "PROXMOX_SSH_ENABLED=true"],
  sends: "",
}]);

testSteps("snippets take the elevated tier", TOOL, [{
  call: { ...CALL, storage: "local", filename: "x.yaml", text: "x" },
  fails: "denied",
}], { elevated: false, settings: ENABLED });
