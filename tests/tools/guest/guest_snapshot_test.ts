import { testSteps } from "../steps.ts";

testSteps("proxmox_guest_snapshot lists, takes, rolls back and deletes", "proxmox_guest_snapshot", [
  {
    call: { action: "list", vmid: "db01" },
    says: ["before-upgrade", "after-upgrade", "You are here!"],
  },
  {
    call: { action: "create", vmid: "web02", snapname: "before", description: "x" },
    says: ['Took snapshot "before" of web02 (101)'],
  },
  {
    call: { action: "create", vmid: "web02", snapname: "before" },
    fails: true,
    says: ["The snapshot before is there already"],
    sends: "",
  },
  {
    call: { action: "rollback", vmid: "web02", snapname: "before" },
    says: [
      'Rolled web02 (101) back to snapshot "before"',
      "web02 (101) is stopped; it ran before: proxmox_guest_start vmid=101 starts it",
    ],
  },
  {
    call: { action: "rollback", vmid: "web02", snapname: "before" },
    says: ["web02 (101) is stopped"],
    hides: ["ran before"],
  },
  {
    call: { action: "rollback", vmid: "web02", snapname: "before", start: true },
    says: ["Rolled web02 (101) back", "web02 (101) is running"],
  },
  {
    call: { action: "delete", vmid: "web02", snapname: "before" },
    says: ['Deleted snapshot "before" of web02 (101)'],
  },
  {
    call: { action: "rollback", vmid: "web02", snapname: "before" },
    fails: true,
    says: ["There is no snapshot before"],
    sends: "",
  },
  {
    call: { action: "delete", vmid: "db01", snapname: "before-upgrad" },
    fails: true,
    says: ["There is no snapshot before-upgrad, but after-upgrade, before-upgrade"],
    sends: "",
  },
  { call: { action: "delete", vmid: "web02" }, fails: true, says: ["snapname: is missing"] },
]);
