/**
 * Who may do what where: by privilege and path, or everyone with what stands for them in the ACL.
 *
 * @module
 */
import { didYouMean } from "../../base/text/nearest.ts";
import { counted, some, span } from "../../base/text/units.ts";
import { orderBy } from "../../answer/order.ts";
import type { Args } from "../../pve/encode.ts";
import { PRIVILEGES, PRIVILEGES_BEFORE_9 } from "../../pve/privileges.ts";
import { identitiesOf, type Identity, Rights } from "../../pve/rights.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import { type Readings, rowsOf } from "./_readings.ts";
import { type Report } from "./_report.ts";

/** What would be dangerous in the wrong hands: to grant rights, to make and delete guests, … */
const POWERS = ["Permissions.Modify", "VM.Allocate", "Datastore.Allocate", "Sys.Modify"];

function isOver({ expire }: Identity, now: number): boolean {
  return expire > 0 && expire <= now;
}

const POWERFUL_FIRST = orderBy("-powers", "who");

/** `disabled`, `ended`, `no end`: what is worth knowing of an identity. */
function remarks(identity: Identity, now: number): string {
  const { owner, enabled, expire, separated } = identity;
  return [
    ...(enabled ? [] : [owner === undefined ? "disabled" : "its user is disabled"]),
    ...(isOver(identity, now) ? ["ended"] : []),
    ...(expire > now ? [`ends in ${span(expire - now)}`] : []),
    ...(owner !== undefined && expire === 0 ? ["no end"] : []),
    ...(owner === undefined ? [] : [separated ? "privilege separation" : "all its user's rights"]),
  ].join(", ");
}

/** A path as PVE keeps it: `/vms/100` of `vms/100/`. */
function normal(path: string): string {
  return `/${path.split("/").filter((part) => part !== "").join("/")}`;
}

function known(privilege: string): string {
  const names = [...PRIVILEGES, ...PRIVILEGES_BEFORE_9];
  const exact = names.find((name) => name.toLowerCase() === privilege.toLowerCase());
  if (exact !== undefined) return exact;
  throw new ToolError(`There is no privilege "${privilege}"`, {
    reason: "VM.Allocate is to create and delete guests, VM.PowerMgmt to start and stop them, " +
      `Permissions.Modify to grant rights.${didYouMean(privilege, names)}`,
    parameters: { privilege: "is no privilege of Proxmox VE" },
  });
}

/** Those who have a privilege, on a path or anywhere. */
function holders(
  rights: Rights,
  identities: readonly Identity[],
  privilege: string,
  path: string | undefined,
  now: number,
): Row[] {
  return identities.filter((each) => each.enabled && !isOver(each, now)).flatMap((identity) => {
    const who = identity.id;
    const of = remarks(identity, now);
    if (path !== undefined) {
      const via = rights.via(identity, privilege, path);
      return via === undefined ? [] : [{ who, path, via, remarks: of }];
    }
    return rights.grants(identity, privilege).map(({ path, below, via, except }) => ({
      who,
      path: `${path}${below ? "" : " only"}${except.length > 0 ? `, not ${some(except, 3)}` : ""}`,
      via,
      remarks: of,
    }));
  });
}

/** Everyone, and how many of the great privileges each has on all. */
function everyone(rights: Rights, identities: readonly Identity[], now: number): Row[] {
  return identities.map((identity) => {
    const powers = POWERS.filter((name) => rights.via(identity, name, "/") !== undefined).length;
    const written = identity.id === "root@pam"
      ? ["everything"]
      : identity.owner !== undefined && !identity.separated
      ? [`as ${identity.owner}`]
      : rights.written(identity);
    return {
      who: identity.id,
      rights: some(written, 3) || "none",
      remarks: remarks(identity, now),
      powers,
    };
  });
}

/** The report `access`. */
export async function access(readings: Readings, args: Args): Promise<Report> {
  const privilege = args.privilege === undefined ? undefined : known(String(args.privilege));
  const path = args.path === undefined ? undefined : normal(String(args.path));
  const [{ guests }, acl, users, roles, sees] = await Promise.all([
    readings.resources(),
    readings.read("GET /access/acl", {}, "the ACL"),
    readings.read("GET /access/users", { full: true }, "users"),
    readings.read("GET /access/roles", {}, "roles"),
    readings.check([
      ["Sys.Audit", "/access", "rights of others, users and their groups"],
    ]),
  ]);
  const identities = identitiesOf(rowsOf(users));
  const pools = new Map(
    guests.flatMap(({ vmid, pool }) => pool ? [[`/vms/${vmid}`, pool] as const] : []),
  );
  const rights = new Rights(rowsOf(acl), rowsOf(roles), identities, pools);
  const { now } = readings;
  const tokens = identities.filter(({ owner }) => owner !== undefined);
  const idle = identities.filter((each) =>
    each.owner !== undefined && each.separated && rights.written(each).length === 0
  );
  const asked = privilege ?? "VM.Allocate";
  const isAsked = privilege !== undefined || path !== undefined;
  const found = isAsked
    ? holders(rights, identities, asked, path, now)
    : everyone(rights, identities, now);
  const rows = found.toSorted(POWERFUL_FIRST);
  const people = new Set(rows.map(({ who }) => who));
  const isSeen = sees("Sys.Audit");
  const seen = isSeen ? "" : " that can be seen";
  const named = (found: readonly Identity[]): string =>
    some(found.map(({ id }) => id), 4) || `none${seen}`;
  if (path?.startsWith("/storage/")) {
    readings.note("Rights on storages that come from a pool are not counted");
  }
  return {
    title: isAsked
      ? `${counted(people.size, `identity${seen} has`, `identities${seen} have`)} ${asked}${
        path === undefined ? "" : ` on ${path}`
      }`
      : `${counted(identities.length - tokens.length, "user")}, ${
        counted(tokens.length, "token")
      }${seen}`,
    facts: isAsked ? {} : {
      "tokens without end": named(tokens.filter(({ expire }) => expire === 0)),
      "tokens with all rights of their user": named(tokens.filter(({ separated }) => !separated)),
      "tokens without any right": isSeen ? named(idle) : "unknown",
      "disabled or ended": named(
        identities.filter((each) => !each.enabled || isOver(each, now)),
      ),
    },
    columns: isAsked ? ["who", "path", "via", "remarks"] : ["who", "rights", "remarks"],
    rows,
    order: POWERFUL_FIRST,
    unseen: readings.unseen(),
    next: [
      ...(isAsked ? [] : [
        "proxmox_report action=access privilege=VM.Allocate — who may create and delete guests",
      ]),
      ...(idle[0]?.owner
        ? [
          `proxmox_user_token action=delete userid=${idle[0].owner} tokenid=${
            idle[0].id.split("!")[1]
          } — it has no rights`,
        ]
        : []),
      "proxmox_acl action=delete path=… roles=… — take a right away",
    ],
  };
}
