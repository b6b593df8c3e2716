/**
 * What the recorder did between the steps and did not record: guests that an area finds, and changes
 * by other ways than the API.
 *
 * @module
 */
import type { Guest } from "../../../src/simulator/core/model.ts";
import type { Form } from "../client.ts";

/** Guests that an area finds, as requests: the recording made them beforehand. */
type Preparation = Readonly<Record<string, readonly (readonly [request: string, form: Form])[]>>;

/** The token of a user who may little. */
export const LIMITED_TOKEN = "rec@pve!t1";

/** What the recorder did before a step, and did not record. */
export const UNRECORDED: Readonly<Record<number, readonly [request: string, form: Form]>> = {
  // The disk of another guest, which was for a try.
  48: ["PUT /nodes/pve1/qemu/103/config", { delete: "scsi5" }],
  137: ["POST /nodes/pve1/qemu/100/status/stop", {}],
  143: ["POST /nodes/pve1/qemu/100/status/start", {}],
  206: ["POST /nodes/pve1/qemu/100/status/stop", {}],
  207: ["POST /nodes/pve1/qemu/100/status/start", {}],
  235: ["POST /nodes/pve1/qemu/330/status/stop", {}],
  273: ["POST /nodes/pve2/qemu/350/status/stop", {}],
  298: ["PUT /nodes/pve1/qemu/101/config", { protection: 0 }],
  435: ["POST /cluster/ha/resources", { sid: "vm:301", state: "ignored" }],
  542: ["PUT /access/users/rec@pve/token/t1", { expire: 0 }],
  545: ["PUT /access/acl", { path: "/vms/300", roles: "RecRole", tokens: LIMITED_TOKEN }],
};
const LAG = { vmid: 300, name: "lag2", memory: 80 };
const DISKY = { vmid: 301, name: "disky", memory: 70, scsi0: "local:1,format=qcow2" };
const MOVER = {
  ...{ vmid: 350, name: "mover", memory: 64, net0: "virtio,bridge=vmbr0" },
  scsi0: "local:0.2,format=qcow2",
};
const NEW_VM = "POST /nodes/pve1/qemu";
const PAIR: Preparation[string] = [[NEW_VM, LAG], [NEW_VM, DISKY]];

/** How the recorder set guests up by other ways than the API: their state, and locks. */
export const SET: Readonly<Record<number, (guests: Map<number, Guest>) => void>> = {
  277: (guests) => set(guests, 121, { status: "stopped" }, { lock: "backup" }),
  323: (guests) => set(guests, 203, {}, { lock: undefined }),
  391: (guests) => set(guests, 201, { status: "stopped" }),
  396: (guests) => set(guests, 200, { status: "stopped" }, { lock: "backup" }),
  401: (guests) => set(guests, 200, {}, { lock: undefined }),
  403: (guests) => set(guests, 200, {}, { protection: 0 }),
};

function set(
  guests: Map<number, Guest>,
  vmid: number,
  state: Partial<Guest>,
  options: Readonly<Record<string, string | number | undefined>> = {},
): void {
  const guest = guests.get(vmid);
  if (!guest) return;
  Object.assign(guest, state);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) delete guest.config[name];
    else guest.config[name] = value;
  }
}

/** Guests that an area finds, which others or the recorder had made. */
export const FOUND: Preparation = {
  "backup-running": [
    ...PAIR,
    [NEW_VM, { vmid: 330, name: "bk", memory: 64, agent: 1, scsi0: "local:1,format=qcow2" }],
    [NEW_VM, { vmid: 320, name: "b1", memory: 64 }],
    [NEW_VM, { vmid: 321, name: "b2", memory: 64 }],
  ],
  "backup-prune": [[NEW_VM, { vmid: 302, name: "pruned", scsi0: "local:0.1,format=qcow2" }]],
  "vm-migrate-live": [[NEW_VM, MOVER], ["POST /nodes/pve1/qemu/350/status/start", {}]],
  "ha": PAIR,
  "jobs": PAIR,
  "access": PAIR,
  "root-only": [...PAIR, [NEW_VM, { vmid: 310 }]],
  "storage": PAIR,
  "tasks": PAIR,
  "bulk": [
    [NEW_VM, { vmid: 320, name: "b1", memory: 64, onboot: 1 }],
    [NEW_VM, { vmid: 321, name: "b2", memory: 64 }],
  ],
  "node-down": [
    ...PAIR,
    ["POST /nodes/pve2/qemu", { vmid: 340, name: "far", memory: 64 }],
  ],
};
