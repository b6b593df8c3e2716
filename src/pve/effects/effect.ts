/**
 * What an operation takes away: the vocabulary of the table of effects, and the usual ways in which
 * arguments decide it.
 *
 * @module
 */
import type { Operation, ParamName, ReadOperation } from "../api.ts";
import type { Args } from "../encode.ts";
import type { Guest } from "../guests.ts";
import { filled, unfilled } from "./words.ts";

export type { ReadOperation };

/** An operation that changes something. */
export type ChangeOperation = Exclude<Operation, `GET ${string}`>;

/** What is there now. Every answer is read anew for each judgement, and once within it. */
export interface CurrentState {
  /**
   * Answers a read.
   *
   * @throws {PveError} When PVE refuses it; the judgement then takes for lost what it cannot see.
   */
  get(operation: ReadOperation, args: Args): Promise<unknown>;
  /** All guests that the token may see. */
  guests(): Promise<readonly Guest[]>;
}

/** Something that is gone, down or closed after the request. */
export interface Loss {
  /** For a person: `scsi1 (local-lvm:vm-100-disk-1, 32G), which stays as unused0`. */
  readonly what: string;
  /** Numbers of the guests whose loss it is; none when it is no guest's. */
  readonly guests: readonly number[];
}

/** Guests that lose nothing, but may come out of their protection: moved, renamed, untagged. */
export interface Exposure {
  readonly guests: readonly number[];
  /** The guest as it is afterwards. */
  readonly after: (guest: Guest) => Guest;
}

/** What one request does to what is there. */
export type Consequence = Loss | Exposure;

/** True for what is lost, and so is confirmed and kept from protected guests. */
export function isLoss(consequence: Consequence): consequence is Loss {
  return "what" in consequence;
}

/** One way in which an operation takes something away. */
export interface Effect<Name extends string = string> {
  /** What may be taken away: `the disk's data`, for documents and for questions. */
  readonly takes: string;
  /** Parameters that decide whether it does; without them, every call does. */
  readonly by?: readonly Name[];
  /** False when no guest ever loses by it, so that no protection speaks against it. */
  readonly ofGuests?: false;
  /**
   * What these arguments take away from what is there now. Arguments are as PVE gets them, those
   * in the path included.
   */
  readonly judge: (
    args: Args,
    state: CurrentState,
  ) => readonly Consequence[] | Promise<readonly Consequence[]>;
}

/** An operation whose loss is up to a text of the caller's, a command for instance. */
export interface OpenEffect {
  /** What it may take away. Clients are warned; nobody is asked. */
  readonly mayTake: string;
}

/** An operation that takes nothing away, and why. */
export interface NoEffect {
  readonly nothing: string;
}

/** What an operation takes away. */
export type OperationEffects<Name extends string = string> =
  | readonly Effect<Name>[]
  | OpenEffect
  | NoEffect;

/** A parameter as effects name it: all of `net0`, `net1`… are `net[n]`, as in the facts. */
export type FactName<Name extends string, Kind extends string = "", Rest = Name> =
  `${number}` extends Rest ? `${Kind}[n]`
    : Rest extends `${infer First}${infer Others}` ? FactName<Name, `${Kind}${First}`, Others>
    : Name;

/** Effects by operation; parameter names are checked. */
export type EffectTable<Op extends Operation = ChangeOperation> = {
  readonly [O in Op]: OperationEffects<FactName<ParamName<O>>>;
};

/** True for a switch that is on, in any form in which it reaches PVE. */
export function isOn(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || value === "true";
}

/** True for a switch that is off, or emptied. */
export function isOff(value: unknown): boolean {
  return value === false || value === 0 || value === "0" || value === "false" || value === "";
}

/** Finds the guests whose loss it is. */
export type GuestsOf = (
  args: Args,
  state: CurrentState,
) => readonly number[] | Promise<readonly number[]>;

/** The guest in the path. */
export const theGuest: GuestsOf = ({ vmid }) => [Number(vmid)];

const noGuest: GuestsOf = () => [];

/** Marks an effect by which no guest ever loses. */
export const OF_NO_GUEST = { ofGuests: false } as const;

/** Every call takes it; arguments stand for `{name}`. */
export function always(takes: string, guests: GuestsOf = noGuest): Effect<never> {
  return {
    takes: unfilled(takes),
    ...(guests === noGuest ? OF_NO_GUEST : {}),
    judge: async (args, state) => [
      { what: filled(takes, args), guests: await guests(args, state) },
    ],
  };
}

/** A call takes it when `test` says so of its arguments. */
export function when<const Name extends string>(
  by: readonly Name[],
  test: (args: Args) => boolean,
  takes: string,
  guests: GuestsOf = noGuest,
): Effect<Name> {
  return {
    takes: unfilled(takes),
    by,
    ...(guests === noGuest ? OF_NO_GUEST : {}),
    judge: async (args, state) =>
      test(args) ? [{ what: filled(takes, args), guests: await guests(args, state) }] : [],
  };
}

/** A call with this switch on takes it. */
export function whenOn<const Name extends string>(
  name: Name,
  takes: string,
  guests: GuestsOf = noGuest,
): Effect<Name> {
  return when([name], (args) => isOn(args[name]), takes, guests);
}
