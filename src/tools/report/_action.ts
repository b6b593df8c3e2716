/**
 * Reports as actions of tools.
 *
 * @module
 */
import { once } from "../../base/async/once.ts";
import type { Args } from "../../pve/encode.ts";
import { type Action, read } from "../../tool/define.ts";
import type { Readings } from "./_readings.ts";
import type { Report } from "./_report.ts";

const GLANCE = "GET /cluster/resources";

/** Makes a report of what it reads. */
type Make = (readings: Readings, args: Args) => Promise<Report>;

/**
 * An action that answers a report; all begin with the cluster at a glance.
 *
 * @param load Loads what makes it, when it is first asked for.
 */
export function report(
  load: () => Promise<Make>,
  uses: NonNullable<Action["uses"]>,
  spec: Pick<Action, "extraParams" | "target" | "content"> = {},
): Action {
  const parts = once(() => Promise.all([load(), import("./_readings.ts"), import("./_report.ts")]));
  return read(GLANCE, {
    ...spec,
    columns: [],
    run: async (context, args) => {
      const [make, { Readings }, { answerOf }] = await parts();
      const readings = new Readings(context);
      const [made] = await Promise.all([make(readings, args), readings.assertSight()]);
      return answerOf(made, context.options);
    },
    uses,
  });
}

/** Who may do what where. */
export const who = report(async () => (await import("./_access.ts")).access, [
  "GET /access/permissions",
  "GET /access/acl",
  "GET /access/users",
  "GET /access/roles",
], { extraParams: { privilege: { type: "string" }, path: { type: "string" } } });
