/** Guests that arguments name besides the target, through a real client. */
import { testSteps } from "../tools/steps.ts";

testSteps("the id of an HA resource may be a guest's name or number", "proxmox_ha_resource", [
  ...["web01", "WEB01", "100", 100, "vm:web01", "vm:100"].map((sid) => ({
    call: { action: "get", sid },
    says: ["HA resource vm:100"],
  })),
  {
    call: { action: "create", sid: "dns01" },
    says: ["ct:200 is under HA"],
    sends: "POST /cluster/ha/resources sid=ct:200",
  },
  {
    call: { action: "delete", sid: "web0" },
    fails: true,
    says: ['There is no guest "web0"', "Did you mean web01"],
    sends: "",
  },
  {
    call: { action: "get", sid: "db01" },
    fails: true,
    says: ["no such resource 'vm:102'", "It is not under HA"],
  },
  { call: { action: "get", sid: "foo:1" }, fails: true, says: ["no such resource 'foo:1'"] },
  {
    call: { action: "get", sid: "web 01" },
    fails: true,
    says: ["expected name or number of a guest, or vm:100 or ct:100"],
    sends: "",
  },
]);

testSteps("a list of HA resources may hold guests' names", "proxmox_ha_rule", [
  {
    call: {
      action: "create",
      rule: "apart",
      type: "resource-affinity",
      resources: ["web01", "vm:101"],
      affinity: "negative",
    },
    says: ['HA rule "apart" is created'],
    sends:
      "POST /cluster/ha/rules rule=apart&type=resource-affinity&resources=vm:100,vm:101&affinity=negative",
  },
]);

testSteps("a list of numbers of guests may hold their names", "proxmox_pool", [
  {
    call: { action: "remove_members", poolid: "development", vms: "gitlab,105" },
    says: ['They are out of pool "development"'],
    sends: "PUT /pools poolid=development&vms=104,105&delete=1",
  },
  {
    call: { action: "update", poolid: "development", vms: "gitlab,nope" },
    fails: true,
    says: ['There is no guest "nope"'],
    sends: "",
  },
]);
