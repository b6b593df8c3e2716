/**
 * What a call names by which its cluster can be found: guests, a node, a storage, a pool, a task.
 *
 * @module
 */
import type { Action, ToolDefinition } from "../../tool/define.ts";
import { allFacts } from "../../tool/operation.ts";
import { targetOf } from "../../tool/target.ts";
import { namedGuests } from "../guest_references.ts";
import type { ParsedCall } from "../parse.ts";

/** A name by which a cluster can be found. */
export interface Reference {
  readonly kind: "guest" | "node" | "storage" | "pool" | "task";
  readonly word: string;
  /** The argument that it stands in. */
  readonly param: string;
  /** The node that the caller says a guest is on. */
  readonly node?: string;
  /** It may be gone, and what is asked for be there: tasks and backups of a guest. */
  readonly mayBeGone?: true;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** Guests that arguments name, by number or name: of lists, of HA, of replication. */
function guestsIn(action: Action, args: ParsedCall["args"]): Reference[] {
  const named = Object.entries(args).flatMap(([param, value]) =>
    namedGuests(action, param, value).map((word): Reference => ({
      kind: "guest",
      word,
      param,
    }))
  );
  const replicates = allFacts(action).every(({ path }) => path.includes("/replication"));
  const [, replicated] = /^(\d+)-\d+$/.exec(replicates ? String(args.id) : "") ?? [];
  if (replicated === undefined) return named;
  return [...named, { kind: "guest", word: replicated, param: "id" }];
}

/** What there must be for the call to be about it: not what it is to make. */
export function referencesOf(
  tool: ToolDefinition,
  { action, args, namedTarget }: ParsedCall,
): Reference[] {
  const target = targetOf(tool, action);
  const facts = allFacts(action);
  const reads = action.kind === "read";
  const isCreation = facts.every(({ method }) => method === "POST");
  const isMeant = (name: string): boolean =>
    reads || !isCreation || facts.some(({ path }) => path.includes(`{${name}}`));
  const guests = guestsIn(action, args);
  const { vmid, node } = namedTarget;
  if (vmid !== undefined) {
    const [, number = vmid] = /^(?:qemu|lxc)\/(\d+)$/.exec(vmid) ?? [];
    const guest = { kind: "guest", word: number, param: "vmid" } as const;
    return [...guests, node === undefined ? guest : { ...guest, node }];
  }
  const upid = text(args.upid);
  if (upid !== undefined) return [{ kind: "task", word: upid, param: "upid" }];
  const found: Reference[] = [...guests];
  const about = reads && !guests.some(({ param }) => param === "vmid")
    ? text(args.vmid)
    : undefined;
  if (about !== undefined) {
    found.push({ kind: "guest", word: about, param: "vmid", mayBeGone: true });
  }
  const onNode = node ?? (reads ? text(args.node) : undefined);
  if (onNode !== undefined) found.push({ kind: "node", word: onNode, param: "node" });
  const storage = text(args.storage);
  if (storage !== undefined && isMeant("storage") && (target !== "node" || reads)) {
    found.push({ kind: "storage", word: storage, param: "storage" });
  }
  const pool = text(args.poolid);
  if (pool !== undefined && isMeant("poolid")) {
    found.push({ kind: "pool", word: pool, param: "poolid" });
  }
  return found;
}
