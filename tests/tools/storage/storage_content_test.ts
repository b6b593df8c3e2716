import { assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { assertDone } from "../../outcome.ts";
import { testSteps } from "../steps.ts";

const TOOL = "proxmox_storage_content";
const LOCAL = { storage: "local", node: "pve1" };
const DOWNLOAD = { action: "download_url", ...LOCAL, content: "iso" };
const URL = "https://example.com/images/alpine.iso?version=3";

testSteps("proxmox_storage_content lists what is where", TOOL, [
  {
    call: { action: "list", storage: "nas", content: "backup", vmid: 100 },
    says: ["vzdump-qemu-100"],
    hides: ["vzdump-qemu-106"],
  },
  {
    call: { action: "list", storage: "local" },
    says: ['"local" is a separate one on each of pve1, pve2, pve3: this is pve1\'s'],
  },
  {
    call: { action: "list_templates", storage: "nas" },
    says: ["nas:vztmpl/ubuntu-24.04"],
    hides: ["nas:iso/", "nas:backup/"],
  },
  { call: { action: "list", storage: "nass" }, fails: true, says: ['Did you mean "nas"'] },
]);

testSteps("proxmox_storage_content lets the node download a file", TOOL, [
  {
    call: { ...DOWNLOAD, url: URL, checksum: "a".repeat(64), "verify-certificates": false },
    says: ["Downloaded https://example.com/images/alpine.iso"],
    content: { task: { exitstatus: "OK" } },
    sends: `POST /nodes/pve1/storage/local/download-url content=iso&url=${URL}&checksum=${
      "a".repeat(64)
    }&verify-certificates=0&checksum-algorithm=sha256&filename=alpine.iso`,
  },
  { call: { action: "list", ...LOCAL }, says: ["local:iso/alpine.iso"] },
  {
    call: { ...DOWNLOAD, url: "https://example.com/latest" },
    fails: true,
    says: ['Cannot store "latest" as iso', "Names of iso end in .iso or .img"],
    sends: "",
  },
  {
    call: { ...DOWNLOAD, url: "https://example.com/" },
    fails: true,
    says: ["filename: is missing"],
    sends: "",
  },
  {
    call: { ...DOWNLOAD, url: "https://example.com/100%.iso" },
    says: ["Downloaded https://example.com/100%.iso"],
  },
  {
    call: { ...DOWNLOAD, url: "https://example.com/%ff", filename: "other.iso" },
    says: ["Downloaded https://example.com/%ff"],
  },
  {
    call: { ...DOWNLOAD, url: "https://" },
    fails: true,
    says: ["filename: is missing"],
    hides: ["internal"],
    sends: "",
  },
  {
    call: { ...DOWNLOAD, url: URL, checksum: "abc" },
    fails: true,
    says: ["checksum-algorithm: is missing"],
    sends: "",
  },
  {
    call: { ...DOWNLOAD, url: URL, content: "backup" },
    fails: true,
    says: ["takes no backups this way"],
    sends: "",
  },
]);

testSteps("proxmox_storage_content deletes a volume", TOOL, [
  {
    call: { action: "delete", ...LOCAL, volume: "local:iso/virtio-win-0.1.285.iso" },
    says: ["local:iso/virtio-win-0.1.285.iso is deleted"],
    sends: "DELETE /nodes/pve1/storage/local/content/local:iso/virtio-win-0.1.285.iso",
  },
  {
    call: { action: "delete", ...LOCAL, volume: "local:iso/virtio-win-0.1.285.iso" },
    says: ["nothing was deleted"],
  },
  {
    call: { action: "delete", storage: "local", volume: "local:iso/x.iso" },
    fails: true,
    says: ["node: is missing", "separate one on each of pve1, pve2, pve3"],
    sends: "",
  },
  {
    call: { action: "delete", ...LOCAL, volume: "local:iso/../../etc/passwd" },
    fails: true,
    says: ["does not fit in a path"],
    sends: "",
  },
]);

testSteps("proxmox_storage_content prunes backups, or only says what it would do", TOOL, [
  {
    call: { action: "prune", storage: "nas", "dry-run": true, "keep-last": 1 },
    says: ["Nothing removed"],
    rows: [{ volid: /2026_01_13-09_30_00\.vma\.zst/, mark: "remove" }, { mark: "keep" }],
    sends: "",
  },
  {
    call: { action: "prune", storage: "nas", "keep-last": 1, "keep-daily": 0, vmid: 100 },
    says: ["Pruned the backups on nas", "remove nas:backup/vzdump-qemu-100-2026_01_13"],
    sends:
      "DELETE /nodes/pve1/storage/nas/prunebackups vmid=100&prune-backups=keep-last=1,keep-daily=0",
  },
  {
    call: { action: "prune", storage: "nas", "dry-run": true, type: "lxc" },
    rows: [{ type: "lxc", vmid: 202 }],
    hides: ["qemu"],
  },
  {
    call: { action: "prune", storage: "pbs", vmid: 105 },
    fails: true,
    says: ["no prune-backups options configured"],
  },
]);

testSteps("proxmox_storage_content does not say of what was not there that it was deleted", TOOL, [
  {
    call: { action: "delete", ...LOCAL, volume: "local:iso/none.iso" },
    says: ["There was no local:iso/none.iso: nothing was deleted"],
    hides: ["is deleted"],
    content: { task: { exitstatus: "OK" } },
  },
]);

Deno.test("proxmox_storage_content deletes a file whose name has #, ? and % in it", async () => {
  await using harness = await connect();
  const { simulator } = harness;
  const { storages } = simulator.cluster;
  const volid = "local:iso/50% #1?.iso";
  const volumes = storages.volumes("local", "pve1");
  volumes.set(volid, { volid, content: "iso", format: "iso", size: 1, ctime: 1 });
  const call = { action: "delete", node: "pve1", volume: volid };
  assertDone(await harness.call("proxmox_storage_content", call), /#1/);
  assertEquals(volumes.has(volid), false);
});

testSteps("proxmox_storage_content pulls an image that a container is made of", TOOL, [
  {
    call: { action: "pull_oci", ...LOCAL, reference: "docker.io/library/alpine:3.22" },
    says: [
      "Pulled docker.io/library/alpine:3.22 to local",
      "proxmox_create_lxc ostemplate=local:vztmpl/alpine_3.22.tar",
    ],
    sends:
      "POST /nodes/pve1/storage/local/oci-registry-pull reference=docker.io/library/alpine:3.22",
  },
  {
    call: { action: "pull_oci", ...LOCAL, reference: "docker.io/library/alpine" },
    fails: true,
    says: ["reference: "],
    sends: "",
  },
]);
