/**
 * Effects of operations that VMs and containers share, written once for both.
 *
 * @module
 */
import { type GuestOperation, guestOperation, type Operation, type ParamName } from "../api.ts";
import type { Guest } from "../guests.ts";
import type { EffectTable, FactName, OperationEffects, ReadOperation } from "./effect.ts";

/** `qemu` or `lxc` */
export type GuestType = Guest["type"];

/** An operation that changes something, and that both types have. */
export type SharedChange = Exclude<GuestOperation, `GET ${string}`>;

/** The operation of one type. */
type OfType<Op extends string, Type extends GuestType> = Op extends
  `${infer Before}{type}${infer After}` ? Extract<Operation, `${Before}${Type}${After}`> : never;

/** Parameters that the operation has for both types: only they can decide for both. */
type SharedParam<Op extends SharedChange> = Extract<
  ParamName<OfType<Op, "qemu">>,
  ParamName<OfType<Op, "lxc">>
>;

export type SharedEffectTable<Op extends SharedChange> = {
  readonly [O in Op]: OperationEffects<FactName<SharedParam<O>>>;
};

/** Effects of shared operations for both types; `effectsOf` is told which, to read with. */
export function forBothTypes<const Op extends SharedChange>(
  effectsOf: (type: GuestType) => SharedEffectTable<Op>,
): EffectTable<OfType<Op, GuestType>> {
  const types: readonly GuestType[] = ["qemu", "lxc"];
  const entries = types.flatMap((type) =>
    Object.entries<OperationEffects>(effectsOf(type)).map(([name, effects]) =>
      [guestOperation(name as Op, type), effects] as const
    )
  );
  return Object.fromEntries(entries) as EffectTable<OfType<Op, GuestType>>;
}

/** A read that both types have, of one of them. */
export function readOf(
  name: Extract<GuestOperation, `GET ${string}`>,
  type: GuestType,
): ReadOperation {
  return guestOperation(name, type) as ReadOperation;
}
