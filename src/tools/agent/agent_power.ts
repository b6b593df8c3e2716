import type { Args } from "../../pve/encode.ts";
import { pollUntil } from "../../base/async/backoff.ts";
import { nameOf } from "../../pve/guests.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";
import { stateOf, stateWord } from "../guest/_state.ts";
import { agentObject } from "./_agent.ts";

/** Waits for what the agent was asked: it answers before the guest's system has done it. */
function becomes(
  ...wanted: readonly string[]
): (context: ReadContext, args: Args, end: CallResult) => Promise<Outcome> {
  return async (context: ReadContext, _args: Args, end: CallResult): Promise<Outcome> => {
    if (end.state === "failed") return {};
    const guest = guestOf(context);
    const state = await pollUntil(
      context,
      () => stateOf(context, guest),
      (each) => wanted.includes(stateWord(each)),
      context.budget.waitSeconds,
    );
    const word = stateWord(state);
    if (wanted.includes(word)) return { title: `${nameOf(guest)} is ${word}` };
    return { title: `Asked the agent, not yet done: ${nameOf(guest)} is still ${word}` };
  };
}

const uses = ["GET /nodes/{node}/{type}/{vmid}/status/current"] as const;

export default defineTool({
  name: "proxmox_agent_power",
  title: "VM power by agent",
  description: "Shut down or suspend a VM from inside.",
  discriminator: "operation",
  actions: {
    shutdown: write("POST /nodes/{node}/qemu/{vmid}/agent/shutdown", {
      shape: agentObject,
      outcome: becomes("stopped"),
      uses,
    }),
    suspend_disk: write("POST /nodes/{node}/qemu/{vmid}/agent/suspend-disk", {
      shape: agentObject,
      outcome: becomes("stopped"),
      uses,
    }),
    suspend_ram: write("POST /nodes/{node}/qemu/{vmid}/agent/suspend-ram", {
      shape: agentObject,
      outcome: becomes("suspended", "stopped"),
      uses,
    }),
    suspend_hybrid: write("POST /nodes/{node}/qemu/{vmid}/agent/suspend-hybrid", {
      shape: agentObject,
      outcome: becomes("suspended", "stopped"),
      uses,
    }),
  },
});
