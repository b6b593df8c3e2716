// Lists nodes and guests, takes a snapshot and follows its task, with proxmox-api. Prints what it
// saw as JSON.
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";

// Not an import, which `deno check` would look up among this project's dependencies.
const { proxmoxApi } = createRequire(import.meta.url)("proxmox-api");

const [NODE, VMID, SNAPSHOT] = ["pve1", 100, "by-proxmox-api"];

const { PVE_HOST, PVE_PORT, PVE_USER, PVE_TOKEN_NAME, PVE_TOKEN_VALUE } = process.env;
const api = proxmoxApi({
  host: PVE_HOST,
  port: Number(PVE_PORT),
  tokenID: `${PVE_USER}!${PVE_TOKEN_NAME}`,
  tokenSecret: PVE_TOKEN_VALUE,
});
const guest = api.nodes.$(NODE).qemu.$(VMID);

const nodes = (await api.nodes.$get()).map(({ node }) => node).sort();
const guests = (await api.cluster.resources.$get({ type: "vm" })).map(({ vmid }) => vmid)
  .sort((a, b) => a - b);

const upid = await guest.snapshot.$post({ snapname: SNAPSHOT, description: "Größe: 1 & 2" });
const task = api.nodes.$(NODE).tasks.$(upid);
while ((await task.status.$get()).status === "running") await setTimeout(50);
const log = (await task.log.$get({ limit: 0 })).map(({ t }) => t);

const refusal = await api.nodes.$(NODE).qemu.$(9999).config.$get()
  .then(() => null, (error) => error.message);

const report = {
  nodes,
  guests,
  snapshots: Object.fromEntries(
    (await guest.snapshot.$get()).map(({ name, description }) => [name, description]),
  ),
  exitstatus: (await task.status.$get()).exitstatus,
  log,
  refusal,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
