/**
 * Debian's Chromium without a window, driven by playwright-core.
 *
 * @module
 */
import { type Browser, chromium, type FrameLocator, type Page } from "playwright-core";
import type { HostServer } from "./host_server.ts";

/** Where the program is, and as whom it runs. */
export interface ChromiumOptions {
  readonly executablePath: string;
}

/** Starts Chromium. Its own sandbox needs another user than root. */
export async function startChromium({ executablePath }: ChromiumOptions): Promise<Browser> {
  return await chromium.launch({ executablePath, chromiumSandbox: Deno.uid() !== 0 });
}

/** How a view is opened. */
export interface ViewOptions {
  readonly tool: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly theme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  /** The zone of the browser, and that of the host. */
  readonly zone?: string;
  readonly hostZone?: string;
  /** The host can put questions to a person. */
  readonly ask?: boolean;
}

/** A view that is shown by a host. */
export interface ShownView extends AsyncDisposable {
  readonly page: Page;
  /** What is in the frame of the view. */
  readonly view: FrameLocator;
}

/** Opens a view in a window of its own; `prepare` sees the window before anything is in it. */
export async function openView(
  browser: Browser,
  { url }: HostServer,
  { tool, args = {}, theme = "light", width = 1000, height = 900, zone, hostZone, ask = false }:
    ViewOptions,
  prepare: (page: Page) => void = () => {},
): Promise<ShownView> {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 1,
    reducedMotion: "reduce",
    ...(zone === undefined ? {} : { timezoneId: zone }),
  });
  const page = await context.newPage();
  await page.clock.install();
  prepare(page);
  const address = new URL(url);
  address.search = new URLSearchParams({
    tool,
    args: JSON.stringify(args),
    theme,
    ...(hostZone === undefined ? {} : { zone: hostZone }),
    ...(ask ? { ask: "1" } : {}),
  }).toString();
  await page.goto(address.href);
  return {
    page,
    view: page.frameLocator("iframe"),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Waits until a view has read what it shows. */
export async function settled({ view }: Pick<ShownView, "view">): Promise<void> {
  await view.locator("html[data-shown] body:not([aria-busy])").waitFor();
}
