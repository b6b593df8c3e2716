/**
 * The cluster at a glance: quorum, what needs a look, nodes, storages and guests.
 *
 * @module
 */
import { type Answer, factsIn, numberIn, placeIn, type Row, rowsOf, textIn } from "../answer.ts";
import { type Child, fill, foreign, h, refill } from "../dom.ts";
import { bytes, number, percent, span } from "../format.ts";
import { fullness, meter, Notice, state, type Tone } from "../parts.ts";
import type { Args } from "../host.ts";
import type { OpenView, Page } from "../view.ts";
import { Guests, ofWhole, part } from "./guests.ts";
import { failed, shownProblems } from "./problems.ts";

/** Seconds between looks; the report of problems asks every node, and is read more rarely. */
const EVERY = 10;
const PROBLEMS_EVERY_MS = 120_000;

function figure(label: string, value: Child, detail: Child, tone?: Tone): HTMLElement {
  return h(
    "div",
    { class: `figure ${tone ?? ""}` },
    h("span", { class: "label" }, label),
    h("strong", {}, value),
    h("small", {}, detail),
  );
}

function sum(rows: readonly Row[], valueOf: (row: Row) => number | undefined): number {
  return rows.reduce((total, row) => total + (valueOf(row) ?? 0), 0);
}

function figuresOf(cluster: Answer, guests: readonly Row[]): HTMLElement[] {
  const nodes = rowsOf(cluster);
  const online = nodes.filter(({ status }) => status === "online");
  const { data } = cluster;
  const votes = factsIn(data, "quorate");
  const quorate = data === undefined ? undefined : votes.every((vote) => Number(vote) === 1);
  const running = guests.filter(({ status }) => status === "running").length;
  const cores = sum(online, ({ maxcpu }) => numberIn(maxcpu));
  const busy = sum(online, ({ cpu, maxcpu }) => (numberIn(cpu) ?? 0) * (numberIn(maxcpu) ?? 0));
  const memory = sum(online, ({ maxmem }) => numberIn(maxmem));
  const used = sum(online, ({ mem }) => numberIn(mem));
  return [
    ...(quorate === undefined ? [] : [
      figure(
        "Quorum",
        quorate ? "Yes" : "No",
        foreign(`cluster ${factsIn(data, "name").map(textIn).join(", ")}`),
        quorate ? "good" : "bad",
      ),
    ]),
    figure(
      "Nodes",
      `${online.length} of ${nodes.length}`,
      "online",
      online.length === nodes.length ? "good" : "bad",
    ),
    figure("Guests", `${running} of ${guests.length}`, "running"),
    figure(
      "CPU",
      cores === 0 ? "–" : percent(busy / cores),
      `${number(busy)} of ${number(cores)} cores`,
      cores === 0 ? undefined : fullness(busy / cores),
    ),
    figure(
      "Memory",
      memory === 0 ? "–" : percent(used / memory),
      `${bytes(used)} of ${bytes(memory)}`,
      memory === 0 ? undefined : fullness(used / memory),
    ),
  ];
}

function nodeCard(page: Page, row: Row): HTMLElement {
  const online = row.status === "online";
  const name = h("button", {
    class: "link",
    title: "Load over time",
    onclick: () => page.show("load", { node: placeIn(row, "node") }),
  }, foreign(placeIn(row, "node")));
  return h(
    "li",
    { class: "card" },
    h(
      "div",
      { class: "headed" },
      h("h3", {}, name),
      state(textIn(row.status), online ? "good" : "bad"),
    ),
    online && h(
      "dl",
      {},
      h("dt", {}, "CPU"),
      h("dd", {}, meter(numberIn(row.cpu), "", `of ${number(numberIn(row.maxcpu) ?? 0)} cores`)),
      h("dt", {}, "Memory"),
      h("dd", {}, meter(part(row.mem, row.maxmem), "", ofWhole(row.mem, row.maxmem))),
    ),
    online && h(
      "small",
      {},
      `${number(numberIn(row.maxcpu) ?? 0)} cores, ${bytes(numberIn(row.maxmem) ?? 0)}, up ${
        span(numberIn(row.uptime) ?? 0)
      }`,
    ),
  );
}

function storageRow(page: Page, row: Row): HTMLElement {
  const shared = Number(row.shared) === 1;
  const [node = ""] = placeIn(row, "node").split(", ");
  const name = h("button", {
    class: "link",
    title: "Use over time",
    onclick: () => page.show("load", { storage: textIn(row.storage), node }),
  }, foreign(row.storage));
  const available = textIn(row.status) === "available";
  return h(
    "li",
    { class: "storage" },
    h(
      "span",
      { class: "named" },
      name,
      h("small", {}, foreign(shared ? "shared" : placeIn(row, "node"))),
    ),
    available
      ? meter(numberIn(row.used_fraction), "used", ofWhole(row.used, row.total))
      : state(textIn(row.status), "bad"),
    h("small", { class: "detail" }, available ? ofWhole(row.used, row.total) : ""),
  );
}

/** Fullest first: they are what somebody looks for. */
function byFullness(rows: readonly Row[]): Row[] {
  return rows.toSorted((one, other) =>
    (numberIn(other.used_fraction) ?? 0) - (numberIn(one.used_fraction) ?? 0)
  );
}

export function openOverview(root: HTMLElement, page: Page, _args: Args): OpenView {
  const { host } = page;
  const figures = h("div", { class: "figures" });
  const problems = h("div", { class: "problems" });
  const nodes = h("ul", { class: "cards" });
  const storages = h("ul", { class: "storages" });
  const guests = new Guests(page);
  const missing = new Notice();
  fill(
    root,
    figures,
    missing.node,
    problems,
    h("section", {}, h("h2", {}, "Nodes"), nodes),
    guests.node,
    h("section", {}, h("h2", {}, "Storages"), storages),
  );
  let readAt = -Infinity;
  const readProblems = async (): Promise<void> => {
    if (performance.now() - readAt < PROBLEMS_EVERY_MS) return;
    fill(problems, shownProblems(await host.callOnce("proxmox_report", { action: "health" })));
    readAt = performance.now();
  };
  return {
    every: () => EVERY,
    refresh: async () => {
      // What a token may not see leaves the rest to be seen.
      const others = Promise.allSettled([
        host.rows("proxmox_storage_config", { action: "cluster_usage" }).then((rows) =>
          refill(storages, ...byFullness(rows).map((row) => storageRow(page, row)))
        ),
        readProblems(),
      ]);
      const [cluster, rows] = await Promise.all([
        host.call("proxmox_cluster", { action: "status", limit: 200 }),
        host.rows("proxmox_guest_list", {}),
      ]);
      refill(figures, ...figuresOf(cluster, rows));
      refill(nodes, ...rowsOf(cluster).map((row) => nodeCard(page, row)));
      guests.update(rows);
      const reasons = failed(await others);
      if (reasons.length === 0) missing.clear();
      else missing.show("warn", "Not shown: ", foreign(reasons.join("; ")));
    },
  };
}
