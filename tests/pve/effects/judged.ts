/**
 * An embedded Proxmox VE as the state that judgements read, and what a table of effects says of a
 * request to it.
 *
 * @module
 */
import { assertEquals } from "../../assert.ts";
import { embed } from "../../harness.ts";
import type { Operation } from "../../../src/pve/api.ts";
import {
  type Consequence,
  type CurrentState,
  type Effect,
  type Exposure,
  isLoss,
  type Loss,
  type OperationEffects,
} from "../../../src/pve/effects/effect.ts";
import type { Args } from "../../../src/pve/encode.ts";
import { PveError } from "../../../src/pve/errors.ts";
import type { Guest } from "../../../src/pve/guests.ts";

/** Effects by operation, of one area. */
type Table = Readonly<Partial<Record<Operation, OperationEffects>>>;

/** The company, and what requests take from it. */
export class Company {
  readonly #embedded = embed({});
  readonly #unread = new Set<string>();
  readonly #answers = new Map<string, unknown>();
  /** Reads that the judgements made, as `GET /path`. */
  readonly reads: string[] = [];

  constructor(private readonly table: Table) {}

  /** Lets a read be refused. */
  refuse(operation: Operation): void {
    this.#unread.add(operation);
  }

  /** Lets a read answer something else: what makes no sense, for instance. */
  answer(operation: Operation, data: unknown): void {
    this.#answers.set(operation, data);
  }

  /** Lets all reads that VMs and containers share be refused. */
  refuseGuestReads(path: string): void {
    for (const type of ["qemu", "lxc"]) {
      this.refuse(`GET /nodes/{node}/${type}/{vmid}/${path}` as Operation);
    }
  }

  readonly state: CurrentState = {
    get: async (operation, args) => {
      this.reads.push(operation);
      if (this.#unread.has(operation)) {
        throw new PveError({ operation, args }, 403, "Permission check failed");
      }
      if (this.#answers.has(operation)) return this.#answers.get(operation);
      return (await this.#embedded.services.pve.request(operation, args)).data;
    },
    guests: async () => {
      this.#embedded.services.guests.forget();
      return await this.#embedded.services.guests.list();
    },
  };

  /** Sets options of a guest that no token may set. */
  configure(vmid: number, options: Readonly<Record<string, string | number>>): void {
    const guest = this.#embedded.simulator.cluster.guests.get(vmid);
    Object.assign(guest?.config ?? {}, options);
  }

  /** Changes what is there; a task is waited for. */
  async change(operation: Operation, args: Args): Promise<void> {
    const { clock } = this.#embedded;
    const { data } = await this.#embedded.services.pve.request(operation, args);
    if (typeof data === "string" && data.startsWith("UPID:")) clock.advance(60_000);
  }

  /** Everything that a request does to what is there. */
  async judge(operation: Operation, args: Args): Promise<Consequence[]> {
    const effects = this.table[operation];
    if (!Array.isArray(effects)) return [];
    const found = await Promise.all(effects.map(async (effect: Effect) => {
      const consequences = await effect.judge(args, this.state);
      const guests = consequences.flatMap((each) => each.guests);
      // What is printed as nobody's to protect is nobody's.
      if (effect.ofGuests === false) assertEquals(guests, [], `${operation}: ${effect.takes}`);
      return consequences;
    }));
    return found.flat();
  }

  /** What a request takes away. */
  async losses(operation: Operation, args: Args): Promise<Loss[]> {
    return (await this.judge(operation, args)).filter(isLoss);
  }

  /** What a request takes away, in words. */
  async lost(operation: Operation, args: Args): Promise<string[]> {
    return (await this.losses(operation, args)).map(({ what }) => what);
  }

  /** Guests that come out of a request otherwise than they were. */
  async exposed(operation: Operation, args: Args): Promise<Guest[]> {
    const exposures = (await this.judge(operation, args))
      .filter((each): each is Exposure => !isLoss(each));
    const guests = await this.state.guests();
    return exposures.flatMap(({ guests: numbers, after }) =>
      guests.filter(({ vmid }) => numbers.includes(vmid)).map(after)
    );
  }
}
