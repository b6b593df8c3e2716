import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { listAnswer } from "../../answer/list.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";

/** Rows of packages whose name is or contains the asked one. */
function ofPackage(data: unknown, args: Args): readonly Row[] {
  const rows = (data ?? []) as readonly Row[];
  const wanted = args.package;
  if (wanted === undefined) return rows;
  const exact = rows.filter((row) => row.Package === wanted);
  return exact.length > 0
    ? exact
    : rows.filter((row) => String(row.Package).includes(String(wanted)));
}

const UPGRADES = ["Package", "OldVersion", "Version", "Origin", "Title"];

/** What was asked for cannot be done; what it would have been is told all the same. */
async function refuseUpgrade(context: ReadContext): Promise<Answer> {
  const node = nodeOf(context);
  const { data } = await context.request("GET /nodes/{node}/apt/update", { node });
  const rows = (data ?? []) as readonly Row[];
  const { list } = listAnswer(rows, { columns: UPGRADES }, context.options, "");
  throw new ToolError(`Nothing was upgraded on ${node}`, {
    reason: "Proxmox VE's API has no upgrade",
    answer: defined({ list }),
    notes: [
      `${rows.length} packages can be upgraded: run 'apt update && apt full-upgrade' in a shell of ${node}; a new kernel needs a reboot`,
    ],
  });
}

export default defineTool({
  name: "proxmox_apt",
  title: "Node packages",
  description: "Refresh the package index; list upgrades (the API installs none), versions.",
  actions: {
    update: write("POST /nodes/{node}/apt/update", {
      successMessage: "The package index of {node} is up to date",
    }),
    list: read("GET /nodes/{node}/apt/update", {
      columns: UPGRADES,
      successMessage: "Packages that can be upgraded on {node}",
    }),
    upgrade: read("GET /nodes/{node}/apt/update", { run: refuseUpgrade }),
    versions: read("GET /nodes/{node}/apt/versions", {
      extraParams: { package: { type: "string", unlisted: true } },
      columns: ["Package", "CurrentState", "OldVersion", "Version", "RunningKernel"],
      shape: ofPackage,
    }),
  },
});
