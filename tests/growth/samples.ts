/**
 * What functions are given a text in, whose growth is tried.
 *
 * @module
 */
import { PveError } from "../../src/pve/errors.ts";
import type { Answer, Row } from "../../src/tool/answer.ts";
import type { Action } from "../../src/tool/define.ts";

/** What a function does with a text. */
export type Work = (text: string) => void;
type Module = Readonly<Record<string, unknown>>;
/** Why a function needs no row: it meets no text, or asks others that have one. */
export type Exempt = { readonly exempt: string };
/** Modules, and what each of their functions does with a text. */
export type Works = readonly (readonly [Module, Readonly<Record<string, Work | Exempt>>])[];

export const ROW = { vmid: 100, name: "web01", type: "qemu", node: "pve1" };
export const ATTEMPT = { operation: "GET /nodes", args: {} } as const;
export const ACTION: Action = { kind: "read", operation: "GET /nodes" };
export const TOOL = {
  name: "t",
  title: "T",
  description: "D",
  actions: { list: ACTION, get: ACTION },
};

/** An error of Proxmox VE with a text in it. */
export function refusal(text: string): PveError {
  return new PveError(ATTEMPT, 500, text, { name: text });
}

/** An answer that says a text wherever it can say one. */
export function saying(text: string): Answer {
  return {
    title: text,
    list: { columns: ["name", text], rows: [[text, { [text]: [text] }], [text, 1]], total: 2 },
    object: { name: text, [text]: { [text]: text } },
    texts: [{ label: text, text }],
    task: {
      ...{ upid: text, node: text, type: text, id: text, state: "failed", waited: 1 },
      exitstatus: text,
      log: [text, text],
    },
    notes: [text],
    failure: { kind: "error", reason: text, parameters: { [text]: text } },
  };
}

/** Rows with a text among their values and names. */
export function rowsOf(text: string): Row[] {
  return [{ ...ROW, name: text }, { ...ROW, [text]: text, tags: [text] }];
}
