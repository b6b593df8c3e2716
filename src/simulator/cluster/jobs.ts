/**
 * /cluster/jobs: analysing schedules, and regular synchronisation of realms.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import { perlDate } from "../core/dates.ts";
import type { Handlers } from "../core/handler.ts";
import { named, number } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { nextEvent, parseCalendarEvent } from "./calendar.ts";

function analyse(cluster: Cluster, call: Call): Entry[] {
  const schedule = named(call, "schedule");
  if (!parseCalendarEvent(schedule)) {
    throw invalid({ schedule: "invalid format - unable to parse calendar event\n" });
  }
  const rows: Entry[] = [];
  let time = number(call, "starttime") ?? cluster.now();
  for (let index = 0; index < (number(call, "iterations") ?? 10); index++) {
    const next = nextEvent(schedule, time);
    if (next === undefined) break;
    rows.push({ timestamp: next, utc: perlDate(next) });
    time = next;
  }
  return rows;
}

/** Handlers of /cluster/jobs. */
export const handlers: Handlers = {
  "GET /cluster/jobs/schedule-analyze": analyse,
  ...collection({
    table: "jobs.realm-sync",
    base: "/cluster/jobs/realm-sync",
    key: "id",
    digest: false,
    missing: (id) => invalid({ id: `No such job '${id}'` }),
    exists: (id) => failed(`Job '${id}' already exists`),
    prepare: (entry, cluster, _call, before) => {
      entry.enabled ??= 1;
      if (!before && entry.realm === undefined) {
        throw invalid({ realm: "property is missing and it is not optional" });
      }
      const realm = String(entry.realm);
      const type = cluster.table("access.domains").get(realm)?.type;
      if (type === undefined) throw invalid({ realm: `No such realm '${realm}'` });
      if (type !== "ldap" && type !== "ad") {
        throw invalid({ realm: "Only LDAP/AD realms can be synced." });
      }
    },
    shapeInList: (row, cluster) => {
      const next = Number(row.enabled) ? nextEvent(String(row.schedule), cluster.now()) : undefined;
      return next === undefined ? row : { ...row, "next-run": next };
    },
  }),
};
