/**
 * Views in Debian's Chromium, shown by a host over an embedded Proxmox VE: one browser for the tests
 * of a file, one window for each test. What no view may do is looked for in all of them.
 *
 * @module
 */
import axe from "axe-core";
import type { Browser, Frame } from "playwright-core";
import {
  openView,
  settled,
  type ShownView,
  startChromium,
  type ViewOptions,
} from "../../scripts/apps/chromium.ts";
import {
  type HostBundle,
  hostBundle,
  type HostOptions,
  type HostServer,
  serveHost,
} from "../../scripts/apps/host_server.ts";
import { assert, assertEquals } from "../assert.ts";
import { needs, pathOf } from "../programs.ts";

/** Calls that hosts show a view for, by the view. */
export const CALLS = {
  overview: { tool: "proxmox_report", args: { action: "health" } },
  load: { tool: "proxmox_guest_rrddata", args: { vmid: "web01" } },
  tasks: { tool: "proxmox_node_task", args: { action: "list" } },
  backups: { tool: "proxmox_report", args: { action: "backups" } },
  report: { tool: "proxmox_report", args: { action: "capacity" } },
} as const;

/** The name of a view. */
export type ViewName = keyof typeof CALLS;

/** A view, the server behind it, and what it may not do. */
export interface TestedView extends ShownView {
  readonly server: HostServer;
  /** Waits until it shows what is true. */
  settled(): Promise<void>;
  /** The frame that it is in. */
  frame(): Frame;
}

/** How a view is tested. */
export interface TestOptions extends Omit<ViewOptions, "tool">, HostOptions {
  /** Before the view is opened. */
  readonly prepare?: (server: HostServer) => void;
}

let browser: Browser | undefined;
let bundle: HostBundle | undefined;

/** Closes the browser; for `Deno.test.afterAll`. */
export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

async function open(
  name: ViewName,
  { settings, simulator, prepare, ...options }: TestOptions,
): Promise<TestedView> {
  bundle ??= await hostBundle();
  browser ??= await startChromium({ executablePath: pathOf("chromium") ?? "chromium" });
  const server = serveHost(bundle, {
    simulator: { listLag: 0, taskSpeed: 20, ...simulator },
    ...(settings ? { settings } : {}),
  });
  prepare?.(server);
  const wrong: string[] = [];
  const { tool, args } = CALLS[name];
  const shown = await openView(browser, server, { tool, args, ...options }, (page) => {
    page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // What breaks the policy of the host is among the errors.
      if (["error", "warning"].includes(message.type())) wrong.push(message.text());
    });
    page.on("request", (request) => {
      const url = request.url();
      const isOwn = request.frame() === page.mainFrame() && url.startsWith(server.url.origin);
      if (!isOwn && !url.startsWith("data:")) wrong.push(`request: ${url}`);
    });
  });
  const frame = (): Frame => {
    const [, inner] = shown.page.frames();
    assert(inner, "the view has a frame");
    return inner;
  };
  return {
    ...shown,
    server,
    frame,
    settled: () => settled(shown),
    [Symbol.asyncDispose]: async () => {
      await shown[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      assertEquals(wrong, [], "what no view may do");
    },
  };
}

/** A test of a view that is open and shows what is true. */
export function viewTest(
  name: string,
  view: ViewName,
  work: (view: TestedView) => Promise<void>,
  options: TestOptions = {},
): void {
  Deno.test({
    name,
    ...needs("chromium"),
    // The browser stays for the next test.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using shown = await open(view, options);
      await shown.settled();
      await work(shown);
    },
  });
}

/** What axe-core finds against the page, a line for each. */
export async function axeFindings(view: TestedView): Promise<string[]> {
  const frame = view.frame();
  await frame.evaluate(axe.source);
  // What it has not found is a long list, which would take its time to get here.
  const violations = await frame.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    return (await run({ resultTypes: ["violations"] })).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary}`)
  );
}
