/**
 * Backups as a calendar: a row for each guest, a column for each day.
 *
 * @module
 */
import { momentIn, numberIn, placeIn, type Row, rowsOf, textIn } from "../answer.ts";
import { fill, foreign, h } from "../dom.ts";
import { bytes, dayKey, dayOfMonth, moment, month, wholeDay } from "../format.ts";
import type { Args } from "../host.ts";
import { Notice, state } from "../parts.ts";
import { boxed } from "../table.ts";
import type { OpenView, Page } from "../view.ts";
import { nameOf } from "./guests.ts";
import { failed } from "./problems.ts";

const EVERY = 120;
/** Days shown at once: where there is room, and where there is little. */
const DAYS = 21;
const FEW_DAYS = 7;
const NARROW = matchMedia("(max-width: 620px)");
const DAY_MS = 86_400_000;

interface Backup {
  readonly at: Date;
  readonly row: Row;
}

/** A guest, what the report says of it, and its backups by day. */
interface GuestBackups {
  readonly guest: Row;
  readonly problem: string;
  readonly newest: Date | undefined;
  readonly byDay: ReadonlyMap<string, readonly Backup[]>;
}

/** Days up to one, oldest first. Counted from noon, where no change of summer time loses one. */
function daysUntil(last: Date, count: number): Date[] {
  const noon = new Date(`${dayKey(last)}T12:00:00Z`);
  return Array.from(
    { length: count },
    (_, index) => new Date(noon.getTime() - (count - 1 - index) * DAY_MS),
  );
}

/** The key of a day of the calendar, which is no moment: it is the same in each zone. */
function keyOf(day: Date): string {
  return day.toISOString().slice(0, 10);
}

function backupsOf(rows: readonly Row[]): Map<string, Backup[]> {
  const byGuest = new Map<string, Backup[]>();
  for (const row of rows) {
    const at = momentIn(row.ctime);
    if (!at) continue;
    const vmid = placeIn(row, "vmid");
    byGuest.set(vmid, [...byGuest.get(vmid) ?? [], { at, row }]);
  }
  return byGuest;
}

function byDayOf(backups: readonly Backup[]): Map<string, Backup[]> {
  const byDay = new Map<string, Backup[]>();
  for (const backup of backups) {
    const key = dayKey(backup.at);
    byDay.set(key, [...byDay.get(key) ?? [], backup]);
  }
  return byDay;
}

/** Guests that there are, and numbers of which only backups are left. */
function joined(
  guests: readonly Row[],
  backups: readonly Row[],
  report: readonly Row[],
): GuestBackups[] {
  const byGuest = backupsOf(backups);
  const problems = new Map(report.map((row) => [placeIn(row, "vmid"), textIn(row.problem)]));
  const known = new Set(guests.map((row) => placeIn(row, "vmid")));
  const gone = [...byGuest.keys()].filter((vmid) => !known.has(vmid))
    .map((vmid): Row => ({ vmid, name: "no such guest" }));
  return [...guests, ...gone].map((guest) => {
    const own = byGuest.get(placeIn(guest, "vmid")) ?? [];
    return {
      guest,
      problem: problems.get(placeIn(guest, "vmid")) ?? "",
      newest: own.map(({ at }) => at).toSorted((one, other) => other.getTime() - one.getTime())[0],
      byDay: byDayOf(own),
    };
  });
}

/** `2 backups, 9.1 GiB` */
function totalText(backups: readonly Backup[]): string {
  const size = backups.reduce((sum, { row }) => sum + (numberIn(row.size) ?? 0), 0);
  return `${backups.length === 1 ? "1 backup" : `${backups.length} backups`}, ${bytes(size)}`;
}

class BackupsView implements OpenView {
  readonly every = (): number => EVERY;
  readonly #calendar = h("div");
  readonly #chosen = h("div", { "aria-live": "polite" });
  readonly #notice = new Notice();
  readonly #title = h("p", { class: "lead" });
  readonly #later = h("button", { disabled: true, onclick: () => this.#turn(-1) }, "Later");
  #shown = "";
  #guests: readonly GuestBackups[] = [];
  /** How many times so many days it is back. */
  #back = 0;
  readonly #onWidth = (): void => this.#draw();

  constructor(root: HTMLElement, private readonly page: Page) {
    NARROW.addEventListener("change", this.#onWidth);
    const buttons = h(
      "span",
      { class: "buttons end" },
      h("button", { onclick: () => this.#turn(1) }, "Earlier"),
      this.#later,
    );
    fill(
      root,
      h(
        "section",
        {},
        h("div", { class: "headed" }, h("h2", {}, "Backups"), buttons),
        this.#title,
        this.#notice.node,
        this.#calendar,
      ),
      this.#chosen,
    );
  }

  close(): void {
    NARROW.removeEventListener("change", this.#onWidth);
  }

  #turn(by: number): void {
    this.#back = Math.max(0, this.#back + by);
    this.#later.disabled = this.#back === 0;
    this.#draw();
  }

  async refresh(): Promise<void> {
    const { host } = this.page;
    const [guests, backups, reported] = await Promise.all([
      host.rows("proxmox_guest_list", {}),
      host.rows("proxmox_backup", { action: "list" }),
      Promise.allSettled([host.callOnce("proxmox_report", { action: "backups" })]),
    ]);
    const [result] = reported;
    const answer = result.status === "fulfilled" ? result.value : {};
    const reasons = failed(reported);
    if (reasons.length > 0) this.#notice.show("warn", "Not judged: ", foreign(reasons.join("; ")));
    else this.#notice.clear();
    const today = new Date();
    const shown = JSON.stringify([guests.map(nameOf), backups, answer, dayKey(today)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    fill(this.#title, foreign(answer.summary));
    this.#guests = joined(guests, backups, rowsOf(answer));
    this.#draw();
  }

  #draw(): void {
    const count = NARROW.matches ? FEW_DAYS : DAYS;
    const days = daysUntil(new Date(Date.now() - this.#back * count * DAY_MS), count);
    const months = new Map<string, number>();
    for (const day of days) months.set(month(day), (months.get(month(day)) ?? 0) + 1);
    const head = h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", {}),
        ...[...months].map(([name, count]) => h("th", { colspan: count, scope: "colgroup" }, name)),
        h("td", {}),
      ),
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Guest"),
        ...days.map((day) =>
          h(
            "th",
            { scope: "col", class: weekend(day) },
            h("span", { "aria-label": wholeDay(day), role: "text" }, dayOfMonth(day)),
          )
        ),
        h("th", { scope: "col" }, "Newest"),
      ),
    );
    const body = h("tbody", {}, ...this.#guests.map((each) => this.#row(each, days)));
    const box = boxed("Backups by guest and day", head, body);
    box.classList.add("calendar");
    fill(this.#calendar, box);
  }

  #row({ guest, problem, newest, byDay }: GuestBackups, days: readonly Date[]): HTMLElement {
    return h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        h(
          "span",
          { class: "named" },
          foreign(textIn(guest.name)),
          h("small", {}, foreign(placeIn(guest, "vmid"))),
        ),
      ),
      ...days.map((day) => {
        const backups = byDay.get(keyOf(day)) ?? [];
        return h(
          "td",
          { class: weekend(day) },
          backups.length > 0 && this.#mark(guest, day, backups),
        );
      }),
      h(
        "td",
        { class: "newest" },
        newest
          ? h("time", { datetime: newest.toISOString() }, moment(newest))
          : h("span", { class: "muted" }, "never"),
        problem !== "" && h("small", { class: "problem" }, state(problem, newest ? "warn" : "bad")),
      ),
    );
  }

  #mark(guest: Row, day: Date, backups: readonly Backup[]): HTMLElement {
    const about = `${nameOf(guest)}, ${wholeDay(day)}: ${totalText(backups)}`;
    const kept = backups.some(({ row }) => Number(row.protected ?? 0) === 1);
    return h("button", {
      class: `mark${kept ? " kept" : ""}`,
      "aria-label": about,
      title: about,
      onclick: () => this.#choose(guest, day, backups),
    }, backups.length > 1 ? backups.length : "");
  }

  #choose(guest: Row, day: Date, backups: readonly Backup[]): void {
    const items = backups.map(({ at, row }) =>
      h(
        "li",
        {},
        h("time", { datetime: at.toISOString() }, moment(at)),
        h("span", { class: "detail" }, `${bytes(numberIn(row.size) ?? 0)}, `, foreign(row.volid)),
        textIn(row.notes) !== "" && h("small", {}, foreign(row.notes)),
      )
    );
    fill(
      this.#chosen,
      h(
        "section",
        { class: "panel" },
        h("h3", {}, foreign(nameOf(guest)), `, ${wholeDay(day)}`),
        h("ul", { class: "findings" }, ...items),
      ),
    );
  }
}

function weekend(day: Date): string | undefined {
  return [0, 6].includes(day.getUTCDay()) ? "weekend" : undefined;
}

export function openBackups(root: HTMLElement, page: Page, _args: Args): OpenView {
  return new BackupsView(root, page);
}
