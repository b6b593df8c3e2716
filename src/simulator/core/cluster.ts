/**
 * The embedded cluster: its nodes, guests, storages, tables and tasks.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import type { Faults } from "../faults/faults.ts";
import type { Site } from "../seed/site.ts";
import { Storages } from "../storage/storages.ts";
import type { Call } from "./call.ts";
import type { Guest, Release, SimNode } from "./model.ts";
import { randomBySeed } from "./random.ts";
import { Statistics } from "./statistics.ts";
import type { Entry, EntryOf } from "./tables.ts";
import { type TaskPlan, TaskTable } from "./tasks.ts";

/** What a cluster needs. */
export interface ClusterOptions {
  readonly clock: Clock;
  readonly site: Site;
  readonly seed: number;
  /** Which Proxmox VE it is. */
  readonly release: Release;
  /** How many times faster than stated tasks run. */
  readonly taskSpeed: number;
  /** Seconds after which lists of the cluster know of a change. */
  readonly listLag: number;
  readonly faults: Faults;
  /** Answers a verified and permitted call, as its handler does. */
  readonly invoke: (cluster: Cluster, call: Call) => unknown;
}

/** Seconds that the list of resources may be behind. */
const STALE_SECONDS = 10;

/** A cluster and everything in it. */
export class Cluster {
  /** Reproducible, 0 to 1. */
  readonly random: () => number;
  readonly release: Release;
  /** What it was filled with. */
  readonly site: Site;
  readonly nodes = new Map<string, SimNode>();
  readonly guests = new Map<number, Guest>();
  readonly storages: Storages;
  readonly tasks: TaskTable;
  /** Other clusters that the nodes of this one reach. */
  readonly peers: Cluster[] = [];
  /** Nodes by the addresses, with ports, at which they are served beside their own. */
  readonly endpoints = new Map<string, string>();
  readonly #statistics: Statistics;
  readonly #options: ClusterOptions;
  readonly #tables = new Map<string, Map<string, Entry>>();
  readonly #moved = new Map<number, { readonly from: string; readonly until: number }>();

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.random = randomBySeed(options.seed);
    this.release = options.release;
    this.site = options.site;
    this.storages = new Storages(this.table("storage"), () => this.now());
    this.#statistics = new Statistics(this.guests, options.listLag * 1000);
    const skewed: Clock = {
      now: () => options.clock.now() + options.faults.skew * 1000,
      monotonic: () => options.clock.monotonic(),
      sleep: (ms, signal) => options.clock.sleep(ms, signal),
      after: (ms, work) => options.clock.after(ms, work),
    };
    this.tasks = new TaskTable(
      skewed,
      options.taskSpeed,
      (plan) => options.faults.fateOf(plan),
      (node, nowMs) => nowMs / 1000 - (this.nodes.get(node)?.bootTime ?? 0),
      (nowMs) => this.#statistics.beforeChange(nowMs),
    );
  }

  /** Seconds since 1970, by the simulator's clock. */
  now(): number {
    return Math.floor(this.#nowMs() / 1000);
  }

  /** Milliseconds since 1970, while tasks are caught up with the moment of what happens. */
  nowMs(): number {
    return this.tasks.momentMs ?? this.#nowMs();
  }

  #nowMs(): number {
    return this.#options.clock.now() + this.#options.faults.skew * 1000;
  }

  /** Name of the cluster, as Corosync knows it; a single node has none. */
  get name(): string | undefined {
    const name = this.table("corosync").get("totem")?.cluster_name;
    return name === undefined ? undefined : String(name);
  }

  /** Names of all nodes. */
  nodeNames(): string[] {
    return [...this.nodes.keys()];
  }

  /** A named collection, made when first asked for; keys as PVE has them. See tables.ts. */
  table<Name extends string>(name: Name): Map<string, EntryOf<Name>> {
    // What a table holds is a promise of those who fill it.
    const table = this.#tables.get(name) ?? new Map();
    this.#tables.set(name, table);
    return table;
  }

  /** Starts a task and answers its UPID. */
  startTask(plan: TaskPlan): string {
    return this.tasks.start(plan).upid;
  }

  /** Does something some simulated milliseconds later, as PVE's daemons do between two calls. */
  later(ms: number, work: () => void): void {
    this.tasks.later(ms, work);
  }

  /** All guests, by ascending number. */
  sortedGuests(): Guest[] {
    return [...this.guests.values()].sort((a, b) => a.vmid - b.vmid);
  }

  /** Answers another operation within this one, without verification and permission. */
  invoke(call: Call): unknown {
    return this.#options.invoke(this, call);
  }

  /** Name of the pool of a guest. */
  poolOf(vmid: number): string | undefined {
    for (const [name, pool] of this.table("pools")) {
      if (pool.vms.has(vmid)) return name;
    }
    return undefined;
  }

  /** Pools by guest, for lists of all guests. */
  pools(): Map<number, string> {
    const pools = new Map<number, string>();
    for (const [name, pool] of this.table("pools")) {
      for (const vmid of pool.vms) pools.set(vmid, name);
    }
    return pools;
  }

  /** True when a node is up and can be reached. */
  isOnline(node: string): boolean {
    const known = this.nodes.get(node);
    return known !== undefined && known.downUntil <= this.now() &&
      !this.#options.faults.hits("node-offline", node);
  }

  /** True when most of the nodes are up. */
  isQuorate(): boolean {
    const names = this.nodeNames();
    return names.filter((name) => this.isOnline(name)).length * 2 > names.length;
  }

  /** True when a VM runs and no system inside of it reacts. */
  isDeaf(guest: Guest): boolean {
    return guest.type === "qemu" && guest.status === "running" &&
      this.#options.faults.isDeaf(guest.vmid);
  }

  /** True when a node accepts connections and never answers. */
  isSilent(node: string): boolean {
    return this.#options.faults.hits("node-silent", node);
  }

  guestsOf(node: string): Guest[] {
    return [...this.guests.values()].filter((guest) => guest.node === node);
  }

  /** Moves a guest without telling anyone: the list of resources lags behind. */
  moveQuietly(vmid: number, to: string): void {
    const guest = this.guests.get(vmid);
    if (!guest) return;
    this.#moved.set(vmid, { from: guest.node, until: this.now() + STALE_SECONDS });
    guest.node = to;
  }

  /** A call is about to change something. */
  beforeChange(): void {
    this.#statistics.beforeChange(this.#nowMs());
  }

  /** A guest as the list of resources knows it; undefined for one that is too new. */
  listed(guest: Guest): Guest | undefined {
    return this.#statistics.shown(guest, this.#nowMs());
  }

  /** The node that the list of resources shows for a guest. */
  listedNode(guest: Guest): string {
    if (this.#moved.size === 0) return guest.node;
    const moved = this.#moved.get(guest.vmid);
    return moved && moved.until > this.now() ? moved.from : guest.node;
  }
}
