/**
 * Load over time of guests, nodes and storages, several on one axis.
 *
 * @module
 */
import { placeIn, type Row, textIn } from "../answer.ts";
import { Chart, type Range } from "../chart.ts";
import { fill, foreign, h } from "../dom.ts";
import type { Args, Host } from "../host.ts";
import { Notice } from "../parts.ts";
import { CHARTS, curvesOf, type Measured, type Subject } from "../series.ts";
import type { OpenView, Page } from "../view.ts";
import { nameOf } from "./guests.ts";
import { failed } from "./problems.ts";

const TIMEFRAMES = ["hour", "day", "week", "month", "year"] as const;
type Timeframe = typeof TIMEFRAMES[number];

/** Seconds between looks: no series has a new point sooner. */
const EVERY = 60;
/** As many as there are colours. */
const MOST = 6;

function guestSubject(row: Row): Subject {
  const vmid = placeIn(row, "vmid");
  return {
    key: `guest ${vmid}`,
    label: nameOf(row),
    tool: "proxmox_guest_rrddata",
    args: { vmid },
  };
}

function nodeSubject(node: string): Subject {
  return {
    key: `node ${node}`,
    label: node,
    tool: "proxmox_node_info",
    args: { action: "rrddata", node },
  };
}

function storageSubject(storage: string, node: string): Subject {
  return {
    key: `storage ${storage} ${node}`,
    label: `${storage} on ${node}`,
    tool: "proxmox_node_info",
    args: { action: "storage_rrddata", storage, node },
  };
}

interface Choice {
  readonly group: string;
  readonly subjects: readonly Subject[];
}

/** All that can be looked at. */
async function choicesOf(host: Host): Promise<Choice[]> {
  const [guests, nodes, storages] = await Promise.allSettled([
    host.rows("proxmox_guest_list", {}),
    host.rows("proxmox_cluster", { action: "status" }),
    host.rows("proxmox_storage_config", { action: "cluster_usage" }),
  ]);
  // Where some of it may not be seen, the rest can be looked at.
  if (guests.status === "rejected" && nodes.status === "rejected") throw guests.reason;
  const rows = (result: PromiseSettledResult<Row[]>): Row[] =>
    result.status === "fulfilled" ? result.value : [];
  return [
    { group: "Guests", subjects: rows(guests).filter((row) => !row.template).map(guestSubject) },
    { group: "Nodes", subjects: rows(nodes).map((row) => nodeSubject(placeIn(row, "node"))) },
    {
      group: "Storages",
      subjects: rows(storages).map((row) =>
        storageSubject(textIn(row.storage), placeIn(row, "node").split(", ")[0] ?? "")
      ),
    },
  ];
}

/** What a call's arguments name; the choices tell the numbers of names. */
function subjectOf({ vmid, node, storage }: Args, choices: readonly Choice[]): Subject | undefined {
  const [guests, nodes] = choices;
  if (vmid !== undefined) {
    const wanted = textIn(vmid);
    return guests?.subjects.find(({ args, label }) =>
      args.vmid === wanted || label === `${wanted} (${args.vmid})`
    ) ?? guestSubject({ vmid: wanted });
  }
  if (storage !== undefined && node !== undefined) {
    return storageSubject(textIn(storage), textIn(node));
  }
  return node === undefined ? nodes?.subjects[0] : nodeSubject(textIn(node));
}

function timeframeOf({ timeframe }: Args): Timeframe {
  return TIMEFRAMES.find((each) => each === timeframe) ?? "hour";
}

async function measure(host: Host, subject: Subject, timeframe: Timeframe): Promise<Measured> {
  const rows = await host.rows(subject.tool, {
    ...subject.args,
    timeframe,
    sort: "time",
    fields: "all",
  });
  return { subject, rows };
}

/** The view as it stands. */
class LoadView implements OpenView {
  readonly every = (): number => EVERY;
  readonly #chips = h("ul", { class: "chips", "aria-label": "Shown" });
  readonly #add = h("select", { "aria-label": "Add a curve", onchange: () => this.#onAdd() });
  readonly #frames = h("div", { class: "segments", role: "group", "aria-label": "Time" });
  readonly #zoom = h(
    "button",
    { hidden: true, onclick: () => this.#setZoom(undefined) },
    "Whole time",
  );
  readonly #charts = h("div", { class: "charts" });
  readonly #notice = new Notice();
  readonly #shown = new Map<string, Chart>();
  readonly #endLook: () => void;
  #choices: readonly Choice[] | undefined;
  #subjects: Subject[] = [];
  #timeframe: Timeframe;
  #measured: readonly Measured[] = [];
  #range: Range | undefined;
  #zoomed: Range | undefined;

  constructor(root: HTMLElement, private readonly page: Page, private readonly args: Args) {
    this.#timeframe = timeframeOf(args);
    fill(
      root,
      h("div", { class: "controls" }, this.#chips, this.#add, this.#frames, this.#zoom),
      this.#notice.node,
      this.#charts,
    );
    this.#drawFrames();
    this.#endLook = page.host.onLook(() => this.#redraw());
  }

  close(): void {
    this.#endLook();
    for (const chart of this.#shown.values()) chart.close();
  }

  async refresh(): Promise<void> {
    const { host } = this.page;
    if (!this.#choices) {
      this.#choices = await choicesOf(host);
      const first = subjectOf(this.args, this.#choices);
      if (first) this.#subjects = [first];
      this.#drawSubjects();
    }
    const results = await Promise.allSettled(
      this.#subjects.map((subject) => measure(host, subject, this.#timeframe)),
    );
    const reasons = failed(results);
    const measured = results.flatMap((result) =>
      result.status === "fulfilled" ? [result.value] : []
    );
    if (reasons.length > 0 && measured.length === 0) throw new Error(reasons[0]);
    if (reasons.length > 0) this.#notice.show("warn", foreign(reasons.join("; ")));
    else this.#notice.clear();
    this.#measured = measured;
    this.#draw();
  }

  #drawFrames(): void {
    fill(
      this.#frames,
      ...TIMEFRAMES.map((each) =>
        h("button", {
          "aria-pressed": String(each === this.#timeframe),
          onclick: () => {
            this.#timeframe = each;
            this.#zoomed = undefined;
            for (const button of this.#frames.children) {
              button.setAttribute("aria-pressed", String(button.textContent === each));
            }
            this.page.refresh();
          },
        }, each)
      ),
    );
  }

  #drawSubjects(): void {
    const chips = this.#subjects.map((subject, index) =>
      h(
        "li",
        {},
        h("i", { class: `swatch curve${index}` }),
        foreign(subject.label),
        this.#subjects.length > 1 && h("button", {
          class: "remove",
          "aria-label": `Remove ${subject.label}`,
          onclick: () => {
            this.#subjects = this.#subjects.filter((each) => each !== subject);
            this.#drawSubjects();
            this.#add.focus();
            this.page.refresh();
          },
        }, "×"),
      )
    );
    fill(this.#chips, ...chips);
    const shown = new Set(this.#subjects.map(({ key }) => key));
    const groups = (this.#choices ?? []).map(({ group, subjects }) =>
      h(
        "optgroup",
        { label: group },
        ...subjects.filter(({ key }) => !shown.has(key)).map(({ key, label }) =>
          h("option", { value: key }, label)
        ),
      )
    );
    fill(this.#add, h("option", { value: "" }, "Compare with…"), ...groups);
    this.#add.disabled = this.#subjects.length >= MOST;
  }

  #onAdd(): void {
    const all = (this.#choices ?? []).flatMap(({ subjects }) => subjects);
    const chosen = all.find(({ key }) => key === this.#add.value);
    if (!chosen) return;
    this.#subjects = [...this.#subjects, chosen];
    this.#drawSubjects();
    this.page.refresh();
  }

  #setZoom(range: Range | undefined): void {
    this.#zoomed = range;
    this.#draw();
  }

  #redraw(): void {
    for (const chart of this.#shown.values()) chart.redraw();
  }

  #draw(): void {
    const curves = CHARTS.map((spec) => ({ spec, curves: curvesOf(spec, this.#measured) }))
      .filter(({ curves }) => curves.length > 0);
    const times = curves.flatMap((each) => each.curves.flatMap((curve) => curve.times));
    this.#range = [
      times.reduce((least, time) => Math.min(least, time), Infinity),
      times.reduce((most, time) => Math.max(most, time), -Infinity),
    ];
    this.#zoom.hidden = this.#zoomed === undefined;
    const titles = new Set(curves.map(({ spec }) => spec.title));
    for (const [title, chart] of this.#shown) {
      if (titles.has(title)) continue;
      chart.close();
      chart.node.remove();
      this.#shown.delete(title);
    }
    for (const { spec, curves: shown } of curves) {
      let chart = this.#shown.get(spec.title);
      if (!chart) {
        chart = new Chart(spec, { onRange: (range) => this.#setZoom(range) });
        this.#shown.set(spec.title, chart);
      }
      this.#charts.append(chart.node);
      chart.update(shown, this.#zoomed ?? this.#range);
    }
    if (curves.length === 0) {
      this.#notice.show("idle", "Nothing was measured in this time: it was off, or is new.");
    }
  }
}

export function openLoad(root: HTMLElement, page: Page, args: Args): OpenView {
  return new LoadView(root, page, args);
}
