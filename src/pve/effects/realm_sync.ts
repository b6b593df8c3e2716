/**
 * Effects of synchronising a realm: what the directory no longer has goes here as well, if it is
 * told to.
 *
 * @module
 */
import { formatTable } from "../api.ts";
import type { Args, ArgValue } from "../encode.ts";
import { parseProperties } from "../formats/property_string.ts";
import type { CurrentState, Effect } from "./effect.ts";
import { isOn } from "./effect.ts";
import { readRow } from "./read.ts";
import { UNREAD, valueText } from "./words.ts";

/** Which realm is synchronised, and when it is not. */
export interface RealmSync {
  readonly realm: (args: Args) => ArgValue | undefined;
  readonly idle: (args: Args) => boolean;
}

type Options = Readonly<Record<string, unknown>>;

/** What a realm says of synchronisations that do not say it; undefined when it cannot be read. */
async function defaultsOf(
  realm: ArgValue | undefined,
  state: CurrentState,
): Promise<Options | undefined> {
  const row = await readRow(state, "GET /access/domains/{realm}", { realm });
  if (row === undefined) return undefined;
  try {
    const text = valueText(row["sync-defaults-options"]) ?? "";
    return parseProperties(formatTable("realm-sync-options") ?? {}, text);
  } catch {
    return undefined;
  }
}

/** What goes of those that vanished: `entry;acl`; of Proxmox VE before 7.3, `full` and `purge`. */
function removed(options: Options): string | undefined {
  const text = valueText(options["remove-vanished"]);
  if (text !== undefined) return text === "none" ? undefined : text;
  const old = [isOn(options.full) ? "entry" : "", isOn(options.purge) ? "acl" : ""];
  return old.filter((word) => word !== "").join(";") || undefined;
}

/** Users and groups that the directory no longer has. */
export function vanished({ realm, idle }: RealmSync): Effect<"remove-vanished" | "scope"> {
  return {
    takes: "what remove-vanished names of users and groups that the directory no longer has",
    by: ["remove-vanished", "scope"],
    ofGuests: false,
    judge: async (args, state) => {
      if (idle(args)) return [];
      const name = realm(args);
      const decided = ["remove-vanished", "full", "purge"].some((key) => args[key] !== undefined);
      const defaults = decided ? {} : await defaultsOf(name, state);
      const gone = defaults && removed({ ...defaults, ...args });
      if (defaults !== undefined && gone === undefined) return [];
      const what = gone ?? `what remove-vanished says, ${UNREAD},`;
      const scope = valueText(args.scope ?? defaults?.scope) ?? "both";
      const whose = scope === "both" ? "users and groups" : scope;
      return [{
        what: `realm ${name ?? "?"}: ${what} of ${whose} that the directory no longer has`,
        guests: [],
      }];
    },
  };
}
