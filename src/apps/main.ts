/**
 * The page of all views: shows the one that its address names, keeps it current, and says when that
 * does not work.
 *
 * @module
 */
import "./page.css";
import { fill, foreign, h } from "./dom.ts";
import { clockTime } from "./format.ts";
import { type Args, Host } from "./host.ts";
import { Notice } from "./parts.ts";
import type { Open, OpenView, Page, ViewName } from "./view.ts";
import { openBackups } from "./views/backups.ts";
import { openLoad } from "./views/load.ts";
import { openOverview } from "./views/overview.ts";
import { openReport } from "./views/report.ts";
import { openTasks } from "./views/tasks.ts";

const VIEWS: Readonly<Record<ViewName, { readonly title: string; readonly open: Open }>> = {
  overview: { title: "Overview", open: openOverview },
  load: { title: "Load", open: openLoad },
  tasks: { title: "Tasks", open: openTasks },
  backups: { title: "Backups", open: openBackups },
  report: { title: "Report", open: openReport },
};
const TABS = ["overview", "load", "tasks", "backups"] as const;

/** Seconds until a failed look is tried again. */
const RETRY = 15;

/** Which view a call is shown in: reports have several. */
function viewOf(named: string | undefined, { action }: Args): ViewName {
  if (named !== "overview") {
    return named !== undefined && named in VIEWS ? named as ViewName : "overview";
  }
  if (action === undefined || action === "health") return "overview";
  return action === "backups" ? "backups" : "report";
}

class Shell implements Page {
  readonly #root = h("div", { class: "view" });
  readonly #tabs = h("nav", { "aria-label": "Views" });
  readonly #when = h("span", { class: "muted when" });
  readonly #again = h("button", { onclick: () => this.refresh() }, "Refresh");
  readonly #said = h("p", { class: "said", role: "status" });
  readonly #failure = new Notice();
  #view: OpenView | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<void> | undefined;
  #readAt: Date | undefined;

  constructor(readonly host: Host) {
    this.#failure.node.setAttribute("role", "alert");
    document.body.append(
      h(
        "header",
        {},
        this.#tabs,
        h("span", { class: "spring" }),
        this.#when,
        this.#again,
      ),
      h(
        "main",
        {},
        h("h1", { class: "hidden" }, "Proxmox VE"),
        this.#said,
        this.#failure.node,
        this.#root,
      ),
    );
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.refresh();
    });
  }

  show(name: ViewName, args: Args = {}): void {
    this.stop();
    this.#view = undefined;
    fill(
      this.#tabs,
      ...TABS.map((tab) =>
        h("button", {
          ...(tab === name ? { "aria-current": "page" } : {}),
          onclick: () => this.show(tab),
        }, VIEWS[tab].title)
      ),
    );
    fill(this.#root);
    this.#failure.clear();
    this.say("");
    this.#readAt = undefined;
    this.#view = VIEWS[name].open(this.#root, this, args);
    document.documentElement.dataset.shown = name;
    this.refresh();
  }

  say(text: string): void {
    fill(this.#said, foreign(text));
    this.#said.hidden = text === "";
  }

  /** Reads anew; a reading that is under way is followed by another one. */
  refresh(): void {
    clearTimeout(this.#timer);
    const view = this.#view;
    if (!view || this.host.ended) return;
    const before = this.#reading ?? Promise.resolve();
    const reading: Promise<void> = before.then(() =>
      this.#read(view, () => this.#reading === reading)
    );
    this.#reading = reading;
  }

  async #read(view: OpenView, isLast: () => boolean): Promise<void> {
    if (view !== this.#view || !isLast()) return;
    this.#again.setAttribute("aria-busy", "true");
    document.body.setAttribute("aria-busy", "true");
    let next = RETRY;
    try {
      await view.refresh();
      if (view !== this.#view) return;
      this.#readAt = new Date();
      this.#failure.clear();
      next = view.every();
      fill(this.#when, `as of ${clockTime(this.#readAt)}`);
    } catch (error) {
      if (view !== this.#view) return;
      const since = this.#readAt ? `. What is shown is of ${clockTime(this.#readAt)}` : "";
      this.#failure.show("bad", foreign(error instanceof Error ? error.message : error), since);
    } finally {
      this.#again.removeAttribute("aria-busy");
      if (isLast()) document.body.removeAttribute("aria-busy");
    }
    if (!isLast() || this.host.ended) return;
    clearTimeout(this.#timer);
    // A page that nobody sees asks for nothing; it reads anew when it is seen again.
    this.#timer = setTimeout(() => document.hidden || this.refresh(), next * 1000);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#view?.close?.();
  }
}

const { view, version = "0" } = document.documentElement.dataset;
const host = new Host("proxmox-mcp", version);
const shell = new Shell(host);
try {
  const args = await host.connect(
    (next) => shell.show(viewOf(view, next), next),
    () => shell.stop(),
  );
  shell.show(viewOf(view, args), args);
} catch (error) {
  fill(
    document.body,
    h("p", { role: "alert" }, foreign(error instanceof Error ? error.message : error)),
  );
}
