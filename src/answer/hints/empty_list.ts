/**
 * Why a list may be empty: Proxmox VE leaves out what the token may not see, and does not say so.
 *
 * @module
 */
import { type Operation, pathParams } from "../../pve/api.ts";
import type { ListData } from "../../tool/answer.ts";
import type { Args } from "../../pve/encode.ts";
import type { AnswerOptions } from "../../tool/context.ts";
import type { Action } from "../../tool/define.ts";
import { allFacts, allOperations } from "../../tool/operation.ts";

/**
 * Privileges without which rows are left out, by what the path ends in.
 * Source: the permission checks in the handlers of PVE's API modules.
 */
const ROWS_HIDDEN_WITHOUT: readonly (readonly [path: RegExp, privileges: string])[] = [
  [
    /^\/cluster\/resources$/,
    "VM.Audit on /vms for guests, Datastore.Audit on /storage for storages",
  ],
  [/\/(qemu|lxc)$/, "VM.Audit on /vms"],
  [/\/replication$/, "VM.Audit on /vms"],
  [/\/storage$/, "Datastore.Audit or Datastore.AllocateSpace on /storage"],
  [
    /\/storage\/\{storage\}\/content$/,
    "VM.Config.Disk or VM.Backup on a volume's guest, or Datastore.Allocate on the storage",
  ],
  [/^\/pools$/, "Pool.Audit on /pool"],
  [/^\/access\/(users|tfa)$/, "User.Modify or Sys.Audit on /access/groups"],
  [/^\/access\/groups$/, "User.Modify, Sys.Audit or Group.Allocate on /access/groups"],
  [/^\/access\/acl$/, "Sys.Audit on /access, or Permissions.Modify on the path"],
  [/\/tasks$/, "Sys.Audit on /nodes, to see tasks of others"],
  [/^\/cluster\/log$/, "Sys.Syslog on /, to see entries of others"],
  [/^\/cluster\/mapping\//, "Mapping.Audit, Mapping.Use or Mapping.Modify on /mapping"],
  [/^\/cluster\/notifications\//, "Mapping.Audit on /mapping/notifications"],
  [/\/sdn\//, "SDN.Audit on /sdn"],
];

/** Privileges without which the operation leaves rows out, in words; undefined when it shows all. */
function privilegesForAllRows(operation: Operation): string | undefined {
  const path = operation.slice(operation.indexOf(" ") + 1);
  return ROWS_HIDDEN_WITHOUT.find(([each]) => each.test(path))?.[1];
}

/** The call that a list answers. */
interface ListCall {
  readonly action: Action;
  readonly args: Args;
  readonly options: AnswerOptions;
}

/** The arguments that chose among the rows: neither in the path nor sent whatever the caller says. */
function narrowingText({ action, args, options }: ListCall): string {
  const inPath = allFacts(action).flatMap((fact) => pathParams(fact.path));
  const { defaults = {}, fixed = {} } = action;
  const chosen = Object.entries(args).filter(([name, value]) =>
    !inPath.includes(name) && value !== defaults[name] && value !== fixed[name]
  );
  return [
    ...chosen.map(([name, value]) => `${name}=${value}`),
    ...(options.filter === undefined ? [] : [`filter="${options.filter}"`]),
  ].join(" ");
}

/** What may be the reason that a page of a list has no rows; nothing when it has some. */
export function emptyListHints(list: ListData, call: ListCall): string[] {
  const { options } = call;
  if (list.rows.length > 0) return [];
  if (list.total > 0) {
    return [`offset=${options.offset ?? 0} is behind the last of ${list.total} rows`];
  }
  const { unfiltered = 0 } = list;
  const by = narrowingText(call);
  if (unfiltered > 0 && by !== "") {
    const rows = unfiltered === 1
      ? "The one row does not fit"
      : `None of the ${unfiltered} rows fits`;
    return [`${rows} ${by}`, ...(list.hint === undefined ? [] : [list.hint])];
  }
  const privileges = allOperations(call.action).map(privilegesForAllRows)
    .find((each) => each !== undefined);
  const none = `There is none${by === "" ? "" : ` with ${by}`}`;
  if (privileges !== undefined) {
    return [`${none}, or the token may not see it: that takes ${privileges}`];
  }
  return by === "" ? [] : [none];
}
