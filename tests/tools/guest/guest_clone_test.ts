import { assert, assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_clone ends with the new guest's state and what is left to do",
  "proxmox_guest_clone",
  [
    {
      call: { vmid: "debian13-template", name: "app01" },
      says: [
        "Cloned debian13-template (900) to 109",
        "proxmox_guest_start vmid=109 starts it",
        "No cloud-init drive, so ciuser, ipconfig0 have no effect",
      ],
      data: { name: "app01", status: "stopped" },
      sends: "POST /nodes/pve1/qemu/900/clone name=app01&newid=109",
    },
    {
      call: { vmid: "proxy01", name: "proxy02", newid: 333, full: true, type: "lxc" },
      says: ["Cloned proxy01 (204) to 333"],
      data: { name: "proxy02" },
      sends: "POST /nodes/pve2/lxc/204/clone newid=333&full=1&hostname=proxy02",
    },
    {
      call: { vmid: "proxy01", newid: 100 },
      fails: true,
      says: ["Another guest has the number 100"],
      sends: "",
    },
    {
      call: { vmid: "legacy-erp", name: "erp-copy" },
      says: ['It is protected from loss and deletion: it has the tag "protected"'],
    },
    {
      call: { vmid: "proxy01", name: "proxy03" },
      hides: ["It is protected"],
    },
  ],
);

Deno.test("proxmox_guest_clone gives clones at the same time numbers of their own", async () => {
  await using harness = await connect();
  const answers = await Promise.all(
    ["app01", "app02", "app03"].map((name) =>
      harness.call("proxmox_guest_clone", { vmid: "debian13-template", name })
    ),
  );
  for (const answer of answers) assert(!answer.isError, answer.text);
  const numbers = answers.map(({ structured }) => (structured.data as { vmid: number }).vmid);
  assertEquals(numbers.toSorted(), [109, 110, 111]);
});
