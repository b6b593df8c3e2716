/** Tools of one type of guest name those of the other. */
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { counterpartOf } from "../../src/tool/counterparts.ts";
import { onlyGuestType } from "../../src/tool/operation.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { connect } from "../harness.ts";
import { assertFailed } from "../outcome.ts";

/** The types of guests that a tool is for. */
function typesOf(name: string): Set<string | undefined> {
  const tool = TOOLS.find(({ tool }) => tool.name === name)?.tool;
  assert(tool, name);
  return new Set(Object.values(tool.actions).map(onlyGuestType));
}

Deno.test("the counterpart of a tool is one, and takes the other type of guests", () => {
  const named = TOOLS.map(({ tool }) => tool.name).filter(counterpartOf);
  assertEquals(named.length, 10);
  for (const name of named) {
    const own = [...typesOf(name)].filter((type) => type !== undefined);
    assertEquals(own.length, 1, name);
    assert(!typesOf(counterpartOf(name) ?? "").has(own[0]), name);
  }
});

Deno.test("a guest of the wrong type is answered with the tool for it", async () => {
  await using harness = await connect();
  const agent = { action: "exec", vmid: "dns01", command: "ls" };
  const says = async (tool: string, args: Record<string, string>, what: string): Promise<void> => {
    const answer = await harness.call(tool, args);
    assertFailed(answer);
    assertStringIncludes(answer.text, what);
  };
  await says("proxmox_agent_exec", agent, "For containers: proxmox_lxc_exec");
  const inContainer = { vmid: "web01", command: "ls" };
  await says("proxmox_lxc_exec", inContainer, "For VMs: proxmox_agent_exec");
  const mount = { action: "remove", vmid: "web01", mp: "mp0" };
  await says("proxmox_lxc_mountpoint", mount, "For VMs: proxmox_vm_disk");
});
