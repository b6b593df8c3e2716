import { testSteps } from "../steps.ts";

testSteps("proxmox_get_next_vmid finds a free number, or checks one", "proxmox_get_next_vmid", [
  { call: {}, data: { result: /./ } },
  { call: { vmid: 4711 }, data: { result: "4711" } },
  { call: { vmid: 100 }, fails: true, says: ["already exists"] },
]);
