import { testSteps } from "../steps.ts";

testSteps("proxmox_ceph_osd lists the OSDs of the tree with their hosts", "proxmox_ceph_osd", [
  {
    call: { action: "list" },
    says: ["Ceph OSDs: 6"],
    rows: [{
      id: "5",
      name: "osd.5",
      host: "pve3",
      status: "up",
      in: 1,
      device_class: "ssd",
      used_fraction: /^0\.1189/,
    }],
  },
  { call: { action: "list", filter: "host=pve2" }, says: ["Ceph OSDs: 2"] },
]);

testSteps("proxmox_ceph_osd takes OSDs in and out, and scrubs them", "proxmox_ceph_osd", [
  {
    call: { action: "out", id: "0" },
    says: ["OSD 0 is out"],
    sends: "POST /nodes/pve1/ceph/osd/0/out",
  },
  {
    call: { action: "list" },
    rows: [{ id: "0", name: "osd.0", host: "pve1", status: "up", in: 0 }],
  },
  { call: { action: "in", osdid: 0 }, sends: "POST /nodes/pve1/ceph/osd/0/in" },
  { call: { action: "in", osdid: 77 }, fails: true, says: ["77"] },
  { call: { action: "out", osdid: 77 }, fails: true, says: ["77"] },
  {
    call: { action: "scrub", osdid: 0, deep: true },
    sends: "POST /nodes/pve1/ceph/osd/0/scrub deep=1",
  },
  { call: { action: "scrub", osdid: "x" }, fails: true, says: ["id: "], sends: "" },
]);

testSteps("proxmox_ceph_osd says before sending what no API token may do", "proxmox_ceph_osd", [
  {
    call: { action: "create", node: "pve1", dev: "/dev/sdb", dbdev: "/dev/sdc", osdid: "9" },
    fails: true,
    says: ["cannot be done with an API token", "root@pam", "Nothing was sent"],
    sends: "",
  },
  {
    call: { action: "delete", node: "pve1", id: "0", cleanup: true },
    fails: true,
    says: ["cannot be done with an API token"],
    sends: "",
  },
]);
