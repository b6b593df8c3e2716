/**
 * The guests of the overview: how they are, and what can be done with them.
 *
 * @module
 */
import { changeButton } from "../actions.ts";
import { numberIn, placeIn, type Row, textIn } from "../answer.ts";
import { type Child, fill, foreign, h } from "../dom.ts";
import { bytes, number, span } from "../format.ts";
import { meter, none, state, type Tone } from "../parts.ts";
import { type Column, FollowingTable, type Place } from "../table.ts";
import type { Page } from "../view.ts";

const COLUMNS: readonly Column[] = [
  { title: "Guest" },
  { title: "State" },
  { title: "Node", className: "wide" },
  { title: "CPU", className: "load" },
  { title: "Memory", className: "load" },
  { title: "Up", className: "number wide" },
  { title: "Actions", className: "actions", hidden: true },
];
/** Guests shown before somebody asks for more. */
const FIRST = 25;

/** A guest's name with its number. */
export function nameOf({ name, vmid }: Row): string {
  return textIn(name) === "" ? textIn(vmid) : `${textIn(name)} (${textIn(vmid)})`;
}

function toneOf({ status, lock }: Row): Tone {
  if (textIn(lock) !== "") return "warn";
  return status === "running" ? "good" : status === "stopped" ? "idle" : "busy";
}

/** The part of a whole that is used. */
export function part(used: unknown, whole: unknown): number | undefined {
  const total = numberIn(whole);
  const value = numberIn(used);
  return total && value !== undefined ? value / total : undefined;
}

/** `4.6 GiB of 8 GiB` */
export function ofWhole(used: unknown, whole: unknown): string {
  return `${bytes(numberIn(used) ?? 0)} of ${bytes(numberIn(whole) ?? 0)}`;
}

/** A name for a snapshot of this moment, which PVE takes. */
function snapshotName(): string {
  return `chat-${new Date().toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "")}`;
}

function actionsOf(page: Page, row: Row, place: Place): HTMLElement {
  if (row.template) return h("span", { class: "muted" }, "template");
  const vmid = placeIn(row, "vmid");
  const subject = nameOf(row);
  const power = row.status === "running"
    ? { verb: "Shut down", tool: "proxmox_guest_shutdown", args: () => ({ vmid }), grave: true }
    : { verb: "Start", tool: "proxmox_guest_start", args: () => ({ vmid }) };
  const snapshot = {
    verb: "Snapshot",
    tool: "proxmox_guest_snapshot",
    args: () => ({ action: "create", vmid, snapname: snapshotName() }),
  };
  return h(
    "span",
    { class: "buttons" },
    changeButton(page, { ...power, subject }, place),
    changeButton(page, { ...snapshot, subject }, place),
  );
}

function cellsOf(page: Page, row: Row, place: Place): Child[] {
  const running = row.status === "running";
  const lock = textIn(row.lock);
  const open = h("button", {
    class: "link",
    title: "Load over time",
    onclick: () => page.show("load", { vmid: placeIn(row, "vmid") }),
  }, foreign(textIn(row.name) || textIn(row.vmid)));
  const kind = row.type === "lxc" ? "CT" : "VM";
  return [
    h("span", { class: "named" }, open, h("small", {}, `${kind} ${textIn(row.vmid)}`)),
    state(lock === "" ? textIn(row.status) : `${textIn(row.status)}, ${lock}`, toneOf(row)),
    foreign(placeIn(row, "node")),
    running
      ? meter(numberIn(row.cpu), "CPU", `of ${number(numberIn(row.maxcpu) ?? 0)} cores`)
      : none(),
    running ? meter(part(row.mem, row.maxmem), "Memory", ofWhole(row.mem, row.maxmem)) : none(),
    running ? span(numberIn(row.uptime) ?? 0) : none(),
    actionsOf(page, row, place),
  ];
}

/** What a row shows: how long a guest runs changes at every look, and is told to the minute. */
function shownOf(row: Row): Row {
  return { ...row, uptime: Math.floor((numberIn(row.uptime) ?? 0) / 60) * 60 };
}

/** The table of guests, with a field that narrows it. */
export class Guests {
  readonly node: HTMLElement;
  readonly #table: FollowingTable<Row>;
  readonly #count = h("span", { class: "muted" });
  readonly #more = h("button", { hidden: true, onclick: () => this.#showAll() });
  #rows: readonly Row[] = [];
  #words: readonly string[] = [];
  #most = FIRST;

  constructor(page: Page) {
    this.#table = new FollowingTable({
      caption: "Guests",
      columns: COLUMNS,
      stacks: true,
      keyOf: (row) => placeIn(row, "vmid"),
      draw: (row, place) => cellsOf(page, row, place),
    });
    const search = h("input", {
      type: "search",
      placeholder: "Name, number, node, tag …",
      "aria-label": "Find guests",
      oninput: ({ target }: InputEvent) => {
        const { value } = target as HTMLInputElement;
        this.#words = value.toLowerCase().split(/\s+/).filter((word) => word !== "");
        this.#draw();
      },
    });
    const head = h("div", { class: "headed" }, h("h2", {}, "Guests"), this.#count, search);
    this.node = h("section", {}, head, this.#table.node, this.#more);
  }

  update(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#draw();
  }

  #showAll(): void {
    this.#most = Infinity;
    this.#draw();
  }

  #draw(): void {
    const found = this.#rows.filter(({ cluster, name, vmid, node, status, tags, pool }) => {
      const text = [cluster, name, vmid, node, status, tags, pool].map(textIn).join(" ")
        .toLowerCase();
      return this.#words.every((word) => text.includes(word));
    });
    const running = found.filter(({ status }) => status === "running").length;
    fill(this.#count, `${found.length}, ${running} running`);
    this.#table.update(found.slice(0, this.#most).map(shownOf));
    this.#more.hidden = found.length <= this.#most;
    fill(this.#more, `Show all ${found.length}`);
  }
}
