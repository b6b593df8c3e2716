/**
 * Commands of QEMU's monitor and key presses for VMs.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { named } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import { assertNoRootOptions, assertNotHeld, guestHandler } from "./find.ts";

function assertRunning(guest: Guest): void {
  if (guest.status !== "running") throw failed(`VM ${guest.vmid} not running`);
}

function monitor(_cluster: Cluster, guest: Guest, call: Call): string {
  if (guest.status !== "running") return `ERROR: VM ${guest.vmid} not running\n`;
  const command = named(call, "command");
  if (command === "info status") return `VM status: ${guest.qmpstatus}\r\n`;
  if (command === "info version") return "10.1.2pve-qemu-kvm_10.1.2-1\r\n";
  return `unknown command: '${command.split(" ")[0]}'\r\n`;
}

function sendKey(cluster: Cluster, guest: Guest, call: Call): null {
  assertNoRootOptions(call, ["skiplock"]);
  assertRunning(guest);
  assertNotHeld(cluster, guest);
  return null;
}

/** Handlers of a VM's monitor. */
export const handlers: Handlers = {
  "POST /nodes/{node}/qemu/{vmid}/monitor": guestHandler(monitor),
  "PUT /nodes/{node}/qemu/{vmid}/sendkey": guestHandler(sendKey),
};
