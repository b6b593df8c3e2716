/**
 * Whether a guest can be replicated to a node. Sources: PVE::API2::ReplicationConfig,
 * PVE::ReplicationConfig, `get_replicatable_volumes` of PVE::QemuConfig and PVE::LXC::Config.
 *
 * @module
 */
import { drivesOf } from "../effects/drives.ts";
import { isOff } from "../effects/effect.ts";
import { readRows } from "../effects/read.ts";
import { nameOf } from "../guests.ts";
import { kindsOn } from "../storage_rows.ts";
import { type Check, type Finding, finding } from "./finding.ts";
import { configOf, type GuestPlace, ofConfig } from "./guest_place.ts";
import { storagesOf } from "./moves.ts";

const JOBS = "GET /cluster/replication";
const LISTED = "GET /cluster/resources";
/** The storages that can send what has changed since a snapshot. */
const REPLICATES = "zfspool";

async function volumeFindings(
  place: GuestPlace,
  state: Parameters<Check>[1],
): Promise<Finding[]> {
  const [config, storages] = await Promise.all([configOf(place, state), storagesOf(state)]);
  if (!config) return [];
  const kinds = kindsOn(storages, place.place.node);
  const volumes = drivesOf(place.type, config).filter(({ key, volume = "", properties }) =>
    !key.startsWith("unused") && volume.includes(":") && properties.media !== "cdrom" &&
    !isOff(properties.replicate)
  );
  if (volumes.length === 0) return [ofConfig(place, "stops it", "It has nothing to replicate")];
  return volumes.flatMap(({ key, volume = "" }) => {
    const kind = kinds.get(volume.split(":")[0] ?? "");
    if (!kind || kind.type === REPLICATES) return [];
    const what = `${key} (${volume}) is not on ZFS: replicate=0 leaves it out`;
    return [ofConfig(place, "stops it", what)];
  });
}

/** Whether a new job has a guest, another node, and volumes that can be replicated. */
export const replication: Check = async ({ operation, args }, state) => {
  if (operation !== "POST /cluster/replication") return [];
  const vmid = Number(String(args.id).split("-")[0]);
  const { target, source } = args;
  const guest = (await state.guests()).find((each) => each.vmid === vmid);
  const listed = (what: string): Finding[] => [
    finding("stops it", what, LISTED, { type: "vm" }),
  ];
  if (!guest) return listed(`There is no guest ${vmid}`);
  const { type, node } = guest;
  if (target === node) return listed(`${nameOf(guest)} is on ${node} itself`);
  if (source !== undefined && source !== node) {
    return listed(`${nameOf(guest)} is on ${node}, not on ${source}`);
  }
  const jobs = await readRows(state, JOBS, {}) ?? [];
  const other = jobs.find((job) =>
    Number(job.guest) === vmid && job.target === target && job.id !== args.id
  );
  const taken = `${nameOf(guest)} is replicated to ${target} by ${other?.id} already`;
  return [
    ...(other ? [finding("stops it", taken, JOBS, {})] : []),
    ...await volumeFindings({ type, place: { node, vmid }, does: "" }, state),
  ];
};
