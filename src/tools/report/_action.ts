/**
 * Reports as actions of tools.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { type Action, read } from "../../tool/define.ts";
import { access } from "./_access.ts";
import { Readings } from "./_readings.ts";
import { answerOf, type Report } from "./_report.ts";

const GLANCE = "GET /cluster/resources";

/** An action that answers a report; all begin with the cluster at a glance. */
export function report(
  make: (readings: Readings, args: Args) => Promise<Report>,
  uses: NonNullable<Action["uses"]>,
  spec: Pick<Action, "extraParams" | "target"> = {},
): Action {
  return read(GLANCE, {
    ...spec,
    columns: [],
    run: async (context, args) =>
      answerOf(await make(new Readings(context), args), context.options),
    uses,
  });
}

/** Who may do what where. */
export const who = report(access, [
  "GET /access/permissions",
  "GET /access/acl",
  "GET /access/users",
  "GET /access/roles",
], { extraParams: { privilege: { type: "string" }, path: { type: "string" } } });
