/**
 * Whether the node where a guest is going to run has the memory.
 *
 * @module
 */
import { bytes } from "../../base/text/units.ts";
import { isOn } from "../effects/effect.ts";
import { readRows } from "../effects/read.ts";
import { type Check, finding } from "./finding.ts";
import { guestPlaceOf, statusOf } from "./guest_place.ts";

/** Whether the memory of the guest is free there; what it uses at first may be less. */
export const memory: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  if (!guest || !/^POST \/(?:status\/start|migrate)$/.test(guest.does)) return [];
  const status = await statusOf(guest, state);
  const isMove = guest.does.endsWith("migrate");
  if (!status || (isMove && status.status !== "running")) return [];
  const node = String(isMove ? request.args.target : guest.place.node);
  const row = (await readRows(state, "GET /nodes", {}))?.find((each) => each.node === node);
  const free = Number(row?.maxmem) - Number(row?.mem);
  const need = isOn(status.template) ? 0 : Number(status.maxmem);
  if (!(free >= 0) || !(need > 0)) return [];
  const what = `${node} has ${bytes(free)} of memory free, the guest may use ${bytes(need)}`;
  return [finding(need <= free ? "fine" : "warns", what, "GET /nodes", {})];
};
