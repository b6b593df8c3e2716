/**
 * Calls of tools as documents write them: `proxmox_tool key=value …` in prose, code and shell
 * lines, and objects of `name` and `arguments` in blocks of JSON.
 *
 * @module
 */
import { readArguments } from "../../src/cli/commands/call.ts";

/** A call, or the mere mention of a tool when there are no arguments. */
export interface WrittenCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** False where a tool is only named. */
  readonly call: boolean;
  readonly line: number;
}

/** A value as a shell takes it: plain, or quoted where it has white space. */
const VALUE = String.raw`(?:'[^']*'|"[^"]*"|[^\s'"\x60]+)`;
const CALL = new RegExp(String.raw`\bproxmox_[a-z_]+[a-z]\b(?:[ \t]+[a-z][\w-]*=${VALUE})*`, "g");
const PAIR = new RegExp(String.raw`([a-z][\w-]*)=(${VALUE})`, "g");

/** What a shell makes of a value; a full stop that ends the sentence is not part of it. */
function unquoted(value: string): string {
  return /^['"]/.test(value) ? value.slice(1, -1) : value.replace(/[.,;)]+$/, "");
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(PAIR)].map(([, key, value = ""]) => `${key}=${unquoted(value)}`);
}

/** Calls in one line; in a block of code a tool alone on its line is a call too. */
function callsIn(text: string, line: number, block: boolean): WrittenCall[] {
  return [...text.matchAll(CALL)].map((match) => {
    const [written] = match;
    const [name = ""] = written.split(/\s/);
    const words = wordsOf(written);
    const alone = block && text.trim() === name;
    return { name, args: readArguments(words), call: words.length > 0 || alone, line };
  });
}

interface JsonCall {
  readonly name?: unknown;
  readonly arguments?: unknown;
}

/** Calls of a block of JSON: one object, or one a line. */
function callsOfJson(text: string, line: number): WrittenCall[] {
  const values = text.trim().startsWith("[") ? JSON.parse(text) as JsonCall[] : [
    JSON.parse(text) as JsonCall,
  ];
  return values.filter(({ name }) => typeof name === "string" && name.startsWith("proxmox_"))
    .map((value) => ({
      name: String(value.name),
      args: (value.arguments ?? {}) as Record<string, unknown>,
      call: true,
      line,
    }));
}

/** A fenced block of code. */
export interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a document. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; lines: string[]; line: number } | undefined;
  for (const [index, text] of markdown.split("\n").entries()) {
    const fence = /^\s*```(\w*)/.exec(text);
    if (!fence) open?.lines.push(text);
    else if (open) {
      blocks.push({ language: open.language, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    } else open = { language: fence[1] ?? "", lines: [], line: index + 1 };
  }
  return blocks;
}

/** Every call and every mention of a tool in a document. */
export function callsOf(markdown: string): WrittenCall[] {
  const blocks = blocksOf(markdown);
  const inBlock = (line: number): Block | undefined =>
    blocks.find((block) => line > block.line && line <= block.line + block.text.split("\n").length);
  const lines = markdown.split("\n").flatMap((text, index) => {
    const block = inBlock(index + 1);
    return block?.language === "json" ? [] : callsIn(text, index + 1, block !== undefined);
  });
  const json = blocks.filter(({ language }) => language === "json")
    .flatMap(({ text, line }) => callsOfJson(text, line));
  return [...lines, ...json];
}
