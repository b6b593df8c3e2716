/**
 * Whether the node has the processors and the memory that a guest is given. Sources: PVE::QemuServer
 * (`MAX … vcpus allowed per VM on this node`).
 *
 * @module
 */
import { MIB } from "../../base/byte_units.ts";
import { bytes } from "../../base/text/units.ts";
import { readRows } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import type { Attempt } from "../errors.ts";
import { type Check, type Finding, finding, type Verdict } from "./finding.ts";
import { configOf, type GuestPlace, guestPlaceOf } from "./guest_place.ts";

const NODES = "GET /nodes";
/** What a guest is given, and what decides how much it takes. */
const GIVEN = ["cores", "sockets", "memory"] as const;

/** A request after which a guest has these, or with which it starts so. */
interface Sized {
  readonly type: "qemu" | "lxc";
  readonly node: string;
  /** In a request that starts it, PVE looks at once. */
  readonly starts: boolean;
  /** The guest that is there already. */
  readonly guest?: GuestPlace;
}

function sizedBy(request: Attempt): Sized | undefined {
  const { operation, args } = request;
  const guest = guestPlaceOf(request);
  if (guest) {
    const { type, does, place: { node } } = guest;
    const starts = does === "POST /status/start";
    const changes = /^(?:PUT|POST) \/config$/.test(does) && GIVEN.some((name) => args[name]);
    return starts || changes ? { type, node, starts, guest } : undefined;
  }
  const [, type] = /^POST \/nodes\/\{node\}\/(qemu|lxc)$/.exec(operation) ?? [];
  if (type !== "qemu" && type !== "lxc") return undefined;
  return GIVEN.some((name) => args[name])
    ? { type, node: String(args.node), starts: false }
    : undefined;
}

/** `8192`, or `current=8192`. */
function mebibytes(memory: unknown): number {
  return Number(/^(?:current=)?(\d+)/.exec(String(memory ?? ""))?.[1] ?? 0);
}

/** Whether a VM may have as many processors there, and a guest as much memory as the node. */
export const processors: Check = async (request, state) => {
  const sized = sizedBy(request);
  if (!sized) return [];
  const { type, node, starts, guest } = sized;
  const [rows, config] = await Promise.all([
    readRows(state, NODES, {}),
    guest && configOf(guest, state),
  ]);
  const row = rows?.find((each) => each.node === node);
  if (!row) return [];
  const { cores = 1, sockets = 1, memory }: Args = { ...config as Args, ...request.args };
  const [cpus, most] = [Number(cores) * Number(sockets), Number(row.maxcpu)];
  const [need, has] = [mebibytes(memory) * MIB, Number(row.maxmem)];
  const found = (verdict: Verdict, what: string): Finding => finding(verdict, what, NODES, {});
  return [
    ...(type === "qemu" && cpus > most
      ? [found(
        starts ? "stops it" : "warns",
        `${node} has ${most} CPUs, and a VM with ${cpus} does not start there`,
      )]
      : []),
    ...(need > has
      ? [found("warns", `${node} has ${bytes(has)} of memory, the guest may use ${bytes(need)}`)]
      : []),
  ];
};
