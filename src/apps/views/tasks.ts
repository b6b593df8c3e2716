/**
 * Running and last tasks, with logs that follow.
 *
 * @module
 */
import { changeButton } from "../actions.ts";
import { momentIn, placeIn, type Row, rowsOf, textIn } from "../answer.ts";
import { type Child, fill, foreign, h } from "../dom.ts";
import { moment, span } from "../format.ts";
import type { Args } from "../host.ts";
import { none, state, type Tone } from "../parts.ts";
import { type Column, FollowingTable, type Place } from "../table.ts";
import type { OpenView, Page } from "../view.ts";

const COLUMNS: readonly Column[] = [
  { title: "Task" },
  { title: "State" },
  { title: "Node", className: "wide" },
  { title: "By", className: "wide" },
  { title: "Begun" },
  { title: "Took", className: "number" },
  { title: "Actions", className: "actions", hidden: true },
];
/** Seconds between looks: while something runs, and while nothing does. */
const WHILE_RUNNING = 2;
const WHILE_IDLE = 10;
const SHOWN = 50;
const LOG_LINES = 200;

/** What tasks do, in words; others keep the name that PVE has for them. */
const TYPES: Readonly<Record<string, string>> = {
  hamigrate: "HA migration",
  imgcopy: "Copy of an image",
  imgdel: "Deletion of an image",
  qmclone: "Clone",
  qmconfig: "Configuration",
  qmcreate: "Creation",
  qmdelsnapshot: "Deletion of a snapshot",
  qmdestroy: "Deletion",
  qmigrate: "Migration",
  qmmove: "Move of a disk",
  qmreboot: "Reboot",
  qmrestore: "Restore",
  qmrollback: "Rollback",
  qmshutdown: "Shutdown",
  qmsnapshot: "Snapshot",
  qmstart: "Start",
  qmstop: "Stop",
  qmtemplate: "Conversion to a template",
  vncproxy: "Console",
  vzcreate: "Creation",
  vzdelsnapshot: "Deletion of a snapshot",
  vzdestroy: "Deletion",
  vzdump: "Backup",
  vzmigrate: "Migration",
  vzreboot: "Reboot",
  vzrestore: "Restore",
  vzrollback: "Rollback",
  vzshutdown: "Shutdown",
  vzsnapshot: "Snapshot",
  vzstart: "Start",
  vzstop: "Stop",
};

function isRunning({ endtime }: Row): boolean {
  return textIn(endtime) === "";
}

function toneOf(row: Row): Tone {
  if (isRunning(row)) return "busy";
  const status = textIn(row.status);
  return status === "OK" ? "good" : status.startsWith("WARNINGS") ? "warn" : "bad";
}

/** A log that is read on while its task runs. */
class Log {
  readonly node = h("div", { class: "panel", role: "group", "aria-label": "Log" });
  readonly #text = h("pre", { class: "log", tabindex: 0, "aria-label": "Log of the task" });
  #ended = false;

  constructor(private readonly page: Page, private readonly row: Row, onClose: () => void) {
    this.node.append(
      this.#text,
      h("div", { class: "buttons" }, h("button", { onclick: onClose }, "Close")),
    );
  }

  async refresh(running: boolean): Promise<void> {
    if (this.#ended) return;
    this.#ended = !running;
    const atEnd = this.#text.scrollTop + this.#text.clientHeight >= this.#text.scrollHeight - 4;
    try {
      const { upid } = this.row;
      const answer = await this.page.host.call("proxmox_node_task", {
        action: "log",
        upid,
        limit: LOG_LINES,
      });
      fill(this.#text, answer.texts?.Log ?? "The log is empty");
    } catch (error) {
      fill(this.#text, error instanceof Error ? error.message : String(error));
    }
    // Whoever has scrolled up reads there.
    if (atEnd) this.#text.scrollTop = this.#text.scrollHeight;
  }
}

class TasksView implements OpenView {
  readonly every = (): number => this.#running > 0 ? WHILE_RUNNING : WHILE_IDLE;
  readonly #logs = new Map<string, Log>();
  readonly #count = h("span", { class: "muted" });
  readonly #table: FollowingTable<Row>;
  #running = 0;

  constructor(root: HTMLElement, private readonly page: Page, private readonly args: Args) {
    this.#table = new FollowingTable({
      caption: "Tasks",
      columns: COLUMNS,
      stacks: true,
      keyOf: ({ upid }) => textIn(upid),
      draw: (row, place) => this.#cells(row, place),
      // What runs takes ever longer, and is drawn anew each time.
      changes: (row) => isRunning(row),
    });
    const head = h("div", { class: "headed" }, h("h2", {}, "Tasks"), this.#count);
    fill(root, h("section", {}, head, this.#table.node));
  }

  #cells(row: Row, place: Place): Child[] {
    const type = textIn(row.type);
    const words = TYPES[type];
    const begun = momentIn(row.starttime);
    const end = momentIn(row.endtime);
    const now = new Date();
    const subject = `${words ?? type} ${textIn(row.id)}`.trim();
    const running = isRunning(row);
    const stop = {
      verb: "Stop",
      subject,
      tool: "proxmox_node_task",
      args: () => ({ action: "stop", upid: row.upid }),
      grave: true,
    };
    return [
      h(
        "span",
        { class: "named" },
        h("span", {}, foreign(words ?? type), " ", h("b", {}, foreign(row.id))),
        words !== undefined && h("small", {}, foreign(type)),
      ),
      state(running ? "running" : textIn(row.status), toneOf(row)),
      foreign(placeIn(row, "node")),
      foreign(row.user),
      begun ? h("time", { datetime: begun.toISOString() }, moment(begun)) : none(),
      begun ? span(((end ?? now).getTime() - begun.getTime()) / 1000) : none(),
      h(
        "span",
        { class: "buttons" },
        h("button", {
          "aria-label": `Log of ${subject}`,
          onclick: ({ target }: Event) => this.#openLog(row, place, target as HTMLElement),
        }, "Log"),
        running && changeButton(this.page, stop, place),
      ),
    ];
  }

  #openLog(row: Row, place: Place, button: HTMLElement): void {
    const upid = textIn(row.upid);
    const log = new Log(this.page, row, () => {
      this.#logs.delete(upid);
      place(undefined);
      button.focus();
    });
    this.#logs.set(upid, log);
    place(log.node);
    void log.refresh(isRunning(row));
  }

  async refresh(): Promise<void> {
    const { node, vmid, typefilter, userfilter, since, errors, source } = this.args;
    const filters = { node, vmid, typefilter, userfilter, since, errors, source };
    const given = Object.fromEntries(
      Object.entries(filters).filter(([, value]) => value !== undefined),
    );
    const tasks = rowsOf(
      await this.page.host.call("proxmox_node_task", { ...given, action: "list", limit: SHOWN }),
    );
    const running = tasks.filter(isRunning);
    this.#running = running.length;
    fill(this.#count, `${running.length} running, ${tasks.length - running.length} ended`);
    this.#table.update([...running, ...tasks.filter((row) => !isRunning(row))]);
    await Promise.all(
      [...this.#logs].map(([upid, log]) => log.refresh(running.some((row) => row.upid === upid))),
    );
  }
}

export function openTasks(root: HTMLElement, page: Page, args: Args): OpenView {
  return new TasksView(root, page, args);
}
