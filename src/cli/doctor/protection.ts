/**
 * Checks what is protected: a name in PROXMOX_PROTECT that nothing has protects nothing.
 *
 * @module
 */
import { counted, some } from "../../base/text/units.ts";
import type { Config } from "../../config/config.ts";
import type { PveClient } from "../../pve/client.ts";
import type { ResourceRow } from "../../pve/guest_rows.ts";
import { type Guest, guestOfRow, nameOf } from "../../pve/guests.ts";
import { protectedNames, protection } from "../../tool/protection.ts";
import { failureFinding } from "./account.ts";
import type { Finding } from "./finding.ts";

/** True for a guest of that name, number, tag, pool or node. */
function isOf(guest: Guest, name: string): boolean {
  const tags = guest.tags.filter((tag) => tag.toLowerCase() === name);
  return protection({ ...guest, tags }, protectedNames([name])) !== undefined;
}

/** Which guests are protected, and which names protect nothing. */
export async function protectionFinding(
  pve: PveClient,
  { protect, cluster }: Config,
): Promise<Finding> {
  const check = "Protection";
  let guests: readonly Guest[];
  let nodes: ReadonlySet<string>;
  try {
    const { data } = await pve.request("GET /cluster/resources", {});
    const rows = data as readonly ResourceRow[];
    guests = rows.flatMap((row) => guestOfRow(row) ?? []);
    nodes = protectedNames(rows.map(({ node }) => String(node ?? "")));
  } catch (error) {
    return failureFinding(check, error);
  }
  const names = protectedNames(protect);
  const held = guests.filter((guest) => protection(guest, names) !== undefined).map(nameOf);
  const text = `${held.length} of ${counted(guests.length, "guest")}${
    held.length > 0 ? `: ${some(held)}` : ""
  }`;
  const idle = [...names].filter((name) =>
    !nodes.has(name) && !guests.some((guest) => isOf(guest, name))
  );
  if (idle.length === 0) return { check, status: "ok", text };
  // Of several clusters one may have what is named for all of them.
  const elsewhere = cluster === undefined ? "" : ", unless another cluster has it";
  return {
    check,
    status: "warn",
    text: `${text}; nothing that the token may see has the name, number, tag, pool or node ${
      idle.map((name) => `"${name}"`).join(", ")
    }`,
    fix: `Correct PROXMOX_PROTECT${elsewhere}: a misspelt name protects nothing`,
  };
}
