import { type Operation, operationFact, operationNames } from "../../src/pve/api.ts";
import { route } from "../../src/pve/route.ts";
import { allHandlers } from "../../src/simulator/handlers.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { allOperations } from "../../src/tool/operation.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Form, TestClient } from "./client.ts";
import { isOfCollection } from "./operation_kinds.ts";
import { placesMissing, realData } from "./real_answers.ts";
import { returnDifferences } from "./returns.ts";

const QEMU = "/nodes/pve1/qemu/100";
const STOPPED = "/nodes/pve3/qemu/107";
const WITH_SNAPSHOTS = "/nodes/pve2/qemu/102";
const LXC = "/nodes/pve1/lxc/202";
const STOPPED_CT = "/nodes/pve2/lxc/204";
const NAS = "/nodes/pve1/storage/nas";
const ISO = encodeURIComponent("nas:iso/debian-13.2.0-amd64-netinst.iso");
const TEMPLATE = "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst";
const HOUR: Form = { timeframe: "hour" };
const PICTURE: Form = { timeframe: "hour", ds: "cpu" };

/** One well-formed request of every operation that is not a simple collection's. */
const REQUESTS: readonly (readonly [request: string, params?: Form])[] = [
  ["GET /version"],
  ["GET /nodes"],
  ["GET /nodes/pve1/status"],
  ["POST /nodes/pve3/status", { command: "reboot" }],
  ["GET /nodes/pve1/version"],
  ["GET /nodes/pve1/tasks"],
  ["GET /cluster/tasks"],
  ["GET /cluster/resources"],
  ["GET /cluster/status"],
  ["GET /cluster/nextid"],
  ["GET /nodes/pve1/rrddata", HOUR],
  ["GET /nodes/pve1/rrd", PICTURE],
  ["POST /nodes/pve1/startall"],
  ["POST /nodes/pve1/stopall"],
  ["POST /nodes/pve1/suspendall"],
  ["POST /nodes/pve1/migrateall", { target: "pve2" }],
  ["POST /nodes/pve1/vncshell"],
  ["POST /nodes/pve1/termproxy"],
  ["POST /nodes/pve1/spiceshell"],
  ["GET /nodes/pve1/qemu"],
  ["GET /nodes/pve1/lxc"],
  ["POST /nodes/pve1/qemu", { vmid: 150, scsi0: "local-lvm:4", net0: "virtio,bridge=vmbr0" }],
  ["POST /nodes/pve1/lxc", { vmid: 150, ostemplate: TEMPLATE, rootfs: "local-lvm:4" }],
  [`GET ${QEMU}/status/current`],
  [`GET ${LXC}/status/current`],
  [`POST ${STOPPED}/status/start`],
  [`POST ${STOPPED_CT}/status/start`],
  [`POST ${QEMU}/status/stop`],
  [`POST ${LXC}/status/stop`],
  [`POST ${QEMU}/status/shutdown`],
  [`POST ${LXC}/status/shutdown`],
  [`POST ${QEMU}/status/reboot`],
  [`POST ${LXC}/status/reboot`],
  [`POST ${QEMU}/status/reset`],
  [`POST ${QEMU}/status/suspend`],
  [`POST ${LXC}/status/suspend`],
  ["POST /nodes/pve3/qemu/105/status/resume"],
  [`POST ${LXC}/status/resume`],
  [`GET ${QEMU}/config`],
  [`GET ${WITH_SNAPSHOTS}/config`],
  [`GET ${LXC}/config`],
  ["GET /nodes/pve3/qemu/104/pending"],
  [`GET ${LXC}/pending`],
  [`PUT ${QEMU}/config`, { description: "x", tags: "a,b" }],
  [`PUT ${LXC}/config`, { memory: 2048, mp0: "tank:4,mp=/srv" }],
  [`POST ${QEMU}/config`, { cores: 2 }],
  [`PUT ${STOPPED}/unlink`, { idlist: "scsi0" }],
  [`GET ${STOPPED}/snapshot`],
  [`GET ${LXC}/snapshot`],
  [`POST ${STOPPED}/snapshot`, { snapname: "walk" }],
  [`POST ${LXC}/snapshot`, { snapname: "walk" }],
  [`DELETE ${STOPPED}/snapshot/clean`],
  [`DELETE ${LXC}/snapshot/monday`],
  [`POST ${STOPPED}/snapshot/clean/rollback`],
  [`POST ${LXC}/snapshot/monday/rollback`],
  [`GET ${STOPPED}/snapshot/clean/config`],
  [`GET ${WITH_SNAPSHOTS}/snapshot/after-upgrade/config`],
  [`GET ${LXC}/snapshot/monday/config`],
  [`PUT ${STOPPED}/snapshot/clean/config`, { description: "x" }],
  [`PUT ${LXC}/snapshot/monday/config`, { description: "x" }],
  [`POST ${STOPPED}/clone`, { newid: 150 }],
  [`POST ${STOPPED_CT}/clone`, { newid: 150 }],
  [`DELETE ${STOPPED}`],
  [`DELETE ${STOPPED_CT}`],
  ["POST /nodes/pve2/lxc/204/template"],
  ["POST /nodes/pve1/qemu/150/template"],
  [`GET ${QEMU}/migrate`],
  [`GET ${STOPPED}/migrate`],
  [`GET ${LXC}/migrate`],
  ["POST /nodes/pve1/qemu/150/mtunnel", { storages: "ceph-vm", bridges: "vmbr0" }],
  ["POST /nodes/pve1/lxc/150/mtunnel"],
  [`POST /nodes/pve2/qemu/106/migrate`, { target: "pve1" }],
  [`POST ${LXC}/migrate`, { target: "pve2", restart: 1 }],
  [`PUT ${QEMU}/resize`, { disk: "scsi0", size: "+1G" }],
  [`PUT ${LXC}/resize`, { disk: "rootfs", size: "+1G" }],
  [`POST ${QEMU}/move_disk`, { disk: "scsi0", storage: "local-lvm" }],
  [`POST ${STOPPED_CT}/move_volume`, { volume: "rootfs", storage: "tank" }],
  [`GET ${QEMU}/feature`, { feature: "snapshot" }],
  [`GET ${LXC}/feature`, { feature: "clone" }],
  [`GET ${QEMU}/rrddata`, HOUR],
  [`GET ${LXC}/rrddata`, HOUR],
  [`GET ${QEMU}/rrd`, PICTURE],
  [`GET ${LXC}/rrd`, PICTURE],
  [`GET ${LXC}/interfaces`],
  [`GET ${QEMU}/cloudinit`],
  [`PUT ${QEMU}/cloudinit`],
  [`GET ${QEMU}/cloudinit/dump`, { type: "network" }],
  [`POST ${QEMU}/vncproxy`],
  [`POST ${LXC}/vncproxy`],
  [`POST ${QEMU}/termproxy`],
  [`POST ${LXC}/termproxy`],
  [`POST ${LXC}/spiceproxy`],
  [`POST ${QEMU}/spiceproxy`],
  [`POST ${QEMU}/monitor`, { command: "info status" }],
  [`PUT ${QEMU}/sendkey`, { key: "ctrl-alt-delete" }],
  [`POST ${QEMU}/agent`, { command: "get-osinfo" }],
  [`POST ${QEMU}/agent/exec`, { command: "hostname" }],
  [`GET ${QEMU}/agent/exec-status`, { pid: 1500 }],
  [`GET ${QEMU}/agent/file-read`, { file: "/etc/hostname" }],
  [`POST ${QEMU}/agent/file-write`, { file: "/tmp/x", content: "y" }],
  [`POST ${QEMU}/agent/set-user-password`, { username: "admin", password: "secret1" }],
  ...["fsfreeze-freeze", "fsfreeze-status", "fsfreeze-thaw", "fstrim", "ping", "shutdown"]
    .map((name) => [`POST ${QEMU}/agent/${name}`] as const),
  ...["suspend-disk", "suspend-hybrid", "suspend-ram"]
    .map((name) => [`POST ${QEMU}/agent/${name}`] as const),
  ...["fsinfo", "host-name", "memory-block-info", "memory-blocks", "osinfo", "time", "timezone"]
    .map((name) => [`GET ${QEMU}/agent/get-${name}`] as const),
  ...["get-users", "get-vcpus", "info", "network-get-interfaces"]
    .map((name) => [`GET ${QEMU}/agent/${name}`] as const),
  ["GET /nodes/pve1/storage", { format: 1 }],
  [`GET ${NAS}/status`],
  [`GET ${NAS}/content`],
  ["GET /nodes/pve1/storage/ceph-vm/content"],
  [`GET ${NAS}/content/${ISO}`],
  [`DELETE ${NAS}/content/${ISO}`],
  ["POST /nodes/pve1/storage/local-lvm/content", {
    filename: "vm-100-disk-9",
    vmid: 100,
    size: "4G",
  }],
  [`GET ${NAS}/rrddata`, HOUR],
  [`GET ${NAS}/rrd`, PICTURE],
  [`GET ${NAS}/prunebackups`],
  [`DELETE ${NAS}/prunebackups`],
  [`POST ${NAS}/download-url`, {
    content: "iso",
    filename: "x.iso",
    url: "https://example.com/x.iso",
  }],
  [`POST ${NAS}/oci-registry-pull`, { reference: "docker.io/library/alpine:3.22" }],
  ["GET /nodes/pve1/vzdump/defaults", {}],
  ["POST /nodes/pve1/vzdump", { vmid: 100, storage: "nas" }],
  ["GET /storage"],
  ["GET /storage/nas"],
  ["POST /storage", { storage: "extra", type: "dir", path: "/srv/extra" }],
  ["PUT /storage/nas", { content: "iso,backup" }],
  ["DELETE /storage/scratch"],
];

/** What other tests walk: they need an answer of before, another cluster, or a body that is no form. */
const ELSEWHERE = new Set([
  "DELETE /nodes/{node}/tasks/{upid}",
  "GET /nodes/{node}/storage/{storage}/file-restore/download",
  "GET /nodes/{node}/storage/{storage}/file-restore/list",
  "GET /nodes/{node}/tasks/{upid}/log",
  "GET /nodes/{node}/tasks/{upid}/status",
  "GET /nodes/{node}/vzdump/extractconfig",
  "POST /nodes/{node}/lxc/{vmid}/remote_migrate",
  "POST /nodes/{node}/qemu/{vmid}/remote_migrate",
  "POST /nodes/{node}/storage/{storage}/upload",
  "PUT /nodes/{node}/storage/{storage}/content/{volume}",
]);

/** What real storages refuse as well. */
const REFUSING = new Set([
  "GET /nodes/{node}/storage/{storage}/identity",
  "GET /nodes/{node}/storage/{storage}/import-metadata",
]);

/** What has to be done before the request makes sense. */
const BEFORE: Readonly<Record<string, readonly [string, Form?]>> = {
  [`POST ${LXC}/status/resume`]: [`POST ${LXC}/status/suspend`],
  [`POST ${QEMU}/spiceproxy`]: [`PUT ${STOPPED}/config`, { vga: "qxl" }],
  [`GET ${QEMU}/agent/exec-status`]: [`POST ${QEMU}/agent/exec`, { command: "true" }],
  ["POST /nodes/pve1/qemu/150/template"]: ["POST /nodes/pve1/qemu", { vmid: 150 }],
};

function operationOf(request: string): Operation {
  const [method = "", path = ""] = request.split(" ");
  const found = route(method, decodeURIComponent(path));
  assert(found, `${request} is no operation`);
  return found.operation;
}

async function problemsOf(request: string, params: Form): Promise<string[]> {
  const client = new TestClient();
  const before = BEFORE[request];
  if (before) {
    const done = await client.data<unknown>(...before);
    if (typeof done === "string") await client.finish(done);
  }
  if (request.endsWith("qemu/100/spiceproxy")) {
    const guest = client.simulator.cluster.guests.get(100);
    if (guest) guest.config.vga = "qxl";
  }
  const operation = operationOf(request);
  const answer = await client.ask(request, params);
  if (answer.status !== 200) return [`${request}: ${answer.status} ${answer.text}`];
  const problems = returnDifferences(operation, answer.data).map((each) => `${request} ${each}`);
  if (!operationFact(operation).task || typeof answer.data !== "string") return problems;
  const status = await client.finish(answer.data);
  return status === "OK" ? problems : [...problems, `${request}: ${status}`];
}

Deno.test("every operation of guests, storages and nodes answers as the facts state", async () => {
  const problems: string[] = [];
  for (const [request, params] of REQUESTS) {
    problems.push(...await problemsOf(request, params ?? {}));
  }
  assertEquals(problems, []);
});

Deno.test("answers have what a real cluster's have, of the same types", async () => {
  const client = new TestClient();
  const ours = new Map<Operation, unknown[]>();
  for (const [request, params] of REQUESTS) {
    if (!request.startsWith("GET ") || BEFORE[request]) continue;
    const operation = operationOf(request);
    if (!realData(operation)) continue;
    const data = await client.data<unknown>(request, params);
    ours.set(operation, [...ours.get(operation) ?? [], data]);
  }
  // Names of snapshots are keys there.
  const problems = [...ours].flatMap(([operation, data]) =>
    placesMissing(operation, data).filter((place) => !/\.referenced_in_snapshot\./.test(place))
      .map((place) => `${operation} ${place}`)
  );
  assertEquals(problems, []);
  assert(ours.size > 30, `${ours.size} answers`);
});

Deno.test("no operation of guests, storages and nodes is left out of the walk", () => {
  const walked = new Set<string>(REQUESTS.map(([request]) => operationOf(request)));
  const paths = operationNames().map((name) => name.slice(name.indexOf(" ") + 1));
  const isDirectory = (name: string): boolean =>
    name.startsWith("GET ") && paths.some((path) => path.startsWith(`${name.slice(4)}/`));
  const missing = [...allHandlers().keys()].filter((name) =>
    !isOfCollection(name) && !walked.has(name) && !ELSEWHERE.has(name) &&
    !REFUSING.has(name) && !isDirectory(name)
  );
  assertEquals(missing, []);
});

Deno.test("every operation that a tool can send is answered", () => {
  const handlers = allHandlers();
  const missing = TOOLS.flatMap(({ tool }) =>
    Object.values(tool.actions).flatMap((action) => allOperations(action))
      .filter((name) => !handlers.has(name))
  );
  assertEquals(missing, []);
});
