import type { Args } from "../../pve/encode.ts";
import type { Row } from "../../tool/answer.ts";
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

export default defineTool({
  name: "proxmox_apt",
  title: "Node packages",
  description:
    "Refresh the package index, list what can be upgraded, or the versions of Proxmox packages. Nothing upgrades: PVE's API cannot.",
  actions: {
    update: write("POST /nodes/{node}/apt/update", {
      successMessage: "The package index of {node} is up to date",
    }),
    upgrade: read("GET /nodes/{node}/apt/update", {
      columns: ["Package", "OldVersion", "Version", "Origin", "Title"],
      successMessage: "Nothing was upgraded; packages that can be on {node}",
      note:
        "Proxmox VE's API has no upgrade: run 'apt update && apt full-upgrade' in a shell of {node}; a new kernel needs a reboot",
    }),
    versions: read("GET /nodes/{node}/apt/versions", {
      extraParams: { package: { type: "string" } },
      columns: ["Package", "CurrentState", "OldVersion", "Version", "RunningKernel"],
      shape: ofPackage,
    }),
  },
});
