/**
 * What an empty argument means: some clients fill in every optional one with `""`, `[]` or 0, while
 * `""` is also how a value is cleared.
 *
 * @module
 */
import { type ParamFact, pathParams } from "../pve/api.ts";
import { splitList } from "../pve/split_list.ts";
import type { Action, ExtraParam } from "../tool/define.ts";
import { allFacts, factOfParam } from "../tool/operation.ts";
import { readValue } from "./read_value.ts";

/** What becomes of an empty argument. */
export type EmptyMeaning =
  /** As if it were not given. */
  | "absent"
  /** Its key goes into `delete`. */
  | "clears"
  /** It is sent as it is. */
  | "value"
  /** It empties what is there when nothing else is changed, and is absent beside other changes. */
  | "if alone";

/** What to say of a list of guests that names none. */
export const NAMES_NONE = "names no guest: left out, it means all";

/** Formats of what is chosen among what there is: ids, places, kinds, and lists of them. */
const CHOSEN_FORMAT =
  /^pve-(configid|groupid|ha-node|ha-resource-id|node|poolid|priv|realm|storage-content|storage-id|tokenid|userid|vmid|volume-id)(-list)?$/;
/** Parameters of that kind whose format PVE does not state. */
const CHOSEN_NAMES = ["controller", "dns", "group", "ipam", "node", "pool", "storage", "target"];
/** What steers a change and is nothing to be emptied. */
const STEERING = [
  "append",
  "background_delay",
  "delete",
  "digest",
  "force",
  "import-working-storage",
  "lock-token",
  "moveto",
  "regenerate",
  "revert",
  "skiplock",
];
/** Texts for people, on which nothing rests: emptied whatever stands beside them. */
const REMARKS = [
  "alias",
  "comment",
  "comments",
  "description",
  "email",
  "firstname",
  "lastname",
  "notes",
];

/** The parameter that takes the keys of what is to be unset; pools have a boolean of that name. */
function unsetParam(action: Action): ParamFact | ExtraParam | undefined {
  const unset = action.extraParams?.delete ?? factOfParam(action, "delete");
  return unset?.type === "string" || unset?.type === "array" ? unset : undefined;
}

/** True when `delete` takes the keys of what is to be unset. */
export function takesKeys(action: Action): boolean {
  return unsetParam(action) !== undefined;
}

/** True when the action can unset the parameter. */
export function canUnset(action: Action, pveName: string): boolean {
  const unset = unsetParam(action);
  const keys = unset?.enum ?? unset?.items?.enum;
  const isOptional = factOfParam(action, pveName)?.optional === true;
  return unset !== undefined && isOptional && pveName !== "delete" &&
    (keys === undefined || keys.includes(pveName));
}

/** True for a list of Proxmox VE's without an entry, however it is written: `[""]`, `" , "`. */
function isEmptyList(fact: ParamFact | ExtraParam | undefined, value: unknown): boolean {
  const isList = fact?.format?.endsWith("-list") ?? false;
  return isList && (typeof value === "string" || Array.isArray(value)) &&
    splitList(value).length === 0;
}

/** True for what clients fill in where nothing was meant. */
export function isEmpty(
  name: string,
  fact: ParamFact | ExtraParam | undefined,
  value: unknown,
): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0) ||
    (name === "limit" && (value === 0 || value === "0")) || isEmptyList(fact, value);
}

/**
 * True for guests of which none is named, however that is written, where a list that is left out
 * means all: who has found none to stop must not stop all.
 */
export function namesNone(action: Action, pveName: string, value: unknown): boolean {
  return pveName === "vms" && splitList(value).length === 0 &&
    allFacts(action).some(({ method }) => method === "POST");
}

/**
 * What an empty argument means.
 *
 * @param pveName PVE's name of it, or the tool's own.
 * @param isRequired The call cannot do without: only an id is then no value.
 */
export function meaningOfEmpty(
  action: Action,
  pveName: string,
  fact: ParamFact | ExtraParam,
  value: unknown,
  isRequired: boolean,
): EmptyMeaning {
  const isChosen = fact.enum !== undefined || CHOSEN_FORMAT.test(fact.format ?? "") ||
    CHOSEN_NAMES.includes(pveName);
  if (isRequired) return isChosen && value === "" ? "absent" : "value";
  // It is refused as it is read.
  if (namesNone(action, pveName, value)) return "value";
  const facts = allFacts(action);
  const own = Object.hasOwn(action.extraParams ?? {}, pveName);
  const clears = !own && canUnset(action, pveName);
  // What is made anew has nothing that could be emptied.
  const updates = clears || facts.some(({ method }) => method === "PUT");
  const inPath = facts.some(({ path }) => pathParams(path).includes(pveName));
  if (action.kind === "read" || !updates || inPath || STEERING.includes(pveName)) return "absent";
  const isTaken = !fact.enum && readValue(fact, pveName, value, {}) !== undefined;
  const isList = fact.format?.endsWith("-list") ?? false;
  if (isChosen) return clears || (isTaken && isList) ? "if alone" : "absent";
  if (!clears && !isTaken) return "absent";
  if (!REMARKS.includes(pveName)) return "if alone";
  return clears ? "clears" : "value";
}
