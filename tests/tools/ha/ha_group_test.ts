import { testSteps } from "../steps.ts";

const says = ["ha groups have been migrated to rules", "proxmox_ha_rule"];

testSteps(
  "proxmox_ha_group sends what release 8 takes, and explains release 9",
  "proxmox_ha_group",
  [
    { call: { action: "list" }, fails: true, says },
    { call: { action: "get", group: "main" }, fails: true, says },
    {
      call: {
        action: "create",
        group: "main",
        nodes: "pve1:2,pve2",
        restricted: true,
        type: "group",
      },
      fails: true,
      says,
      sends: "POST /cluster/ha/groups group=main&nodes=pve1:2,pve2&restricted=1&type=group",
    },
    {
      call: { action: "update", group: "main", nofailback: false, comment: "" },
      fails: true,
      says,
      sends: "PUT /cluster/ha/groups/main nofailback=0&delete=comment",
    },
    {
      call: { action: "delete", group: "main" },
      fails: true,
      says,
      sends: "DELETE /cluster/ha/groups/main",
    },
    { call: { action: "create", group: "x" }, fails: true, says: ["nodes: is missing"], sends: "" },
  ],
);
