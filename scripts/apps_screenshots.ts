/**
 * Takes the pictures of the views that the documents show, in Debian's Chromium over the embedded
 * Proxmox VE. They differ from run to run, as the load of its guests does.
 *
 * @module
 */
import { pathOf } from "../tests/programs.ts";
import {
  openView,
  settled,
  type ShownView,
  startChromium,
  type ViewOptions,
} from "./apps/chromium.ts";
import { hostBundle, serveHost } from "./apps/host_server.ts";
import { ROOT } from "./project.ts";

const FOLDER = `${ROOT}docs/images/`;

/** A picture of a view. */
interface Picture extends ViewOptions {
  readonly name: string;
  /** How much of the view is shown. */
  readonly height: number;
  /** What is done in the view before. */
  readonly prepare?: (view: ShownView["view"]) => Promise<void>;
}

const PICTURES: readonly Picture[] = [
  { name: "overview", height: 848, tool: "proxmox_report", args: { action: "health" } },
  {
    name: "load",
    height: 760,
    tool: "proxmox_guest_rrddata",
    args: { vmid: "web01", timeframe: "day" },
    theme: "dark",
    prepare: async (view) => {
      const label = "db01 (102)";
      await view.getByLabel("Add a curve").selectOption({ label });
      await view.getByRole("list", { name: "Shown" }).getByText(label).waitFor();
    },
  },
  {
    name: "tasks",
    height: 690,
    tool: "proxmox_node_task",
    args: { action: "list" },
    theme: "dark",
    prepare: async (view) => {
      await view.getByRole("button", { name: /^Log of Backup 202/ }).click();
      await view.getByText("INFO: starting new backup job").waitFor();
    },
  },
  { name: "backups", height: 690, tool: "proxmox_report", args: { action: "backups" } },
];

const executablePath = pathOf("chromium");
if (executablePath === undefined) {
  throw new Error("Chromium is missing; on Debian: apt-get install chromium fonts-dejavu-core");
}
const bundle = await hostBundle();
const browser = await startChromium({ executablePath });
await Deno.mkdir(FOLDER, { recursive: true });
for (const { name, height, prepare, ...options } of PICTURES) {
  await using server = serveHost(bundle, { simulator: { listLag: 0 } });
  const { cluster } = server.simulator;
  cluster.startTask({
    node: "pve1",
    type: "vzdump",
    id: "202",
    user: "root@pam",
    ms: 600_000,
    log: [
      "INFO: starting new backup job: vzdump 202 --storage pbs --mode snapshot",
      "INFO: Starting Backup of VM 202 (lxc)",
      "INFO: CT Name: mail01",
      "INFO: create storage snapshot 'vzdump'",
    ],
  });
  await using shown = await openView(browser, server, { ...options, height: height + 200 });
  await settled(shown);
  await prepare?.(shown.view);
  await settled(shown);
  const box = await shown.page.locator("iframe").boundingBox();
  if (!box) throw new Error(`The view ${name} is not to be seen`);
  const clip = { ...box, height: Math.min(height, box.height) };
  await shown.page.screenshot({ path: `${FOLDER}${name}.png`, clip });
}
await browser.close();
