/**
 * Reads the Dockerfile: what the image starts, and where its files come from.
 *
 * @module
 */
import { ROOT } from "./project.ts";

/** Path of the Dockerfile, from the project's root. */
export const DOCKERFILE = "packaging/container/Dockerfile";

/** An instruction and what follows it, on one line. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions, in their order. */
export async function instructions(): Promise<Instruction[]> {
  const text = await Deno.readTextFile(ROOT + DOCKERFILE);
  const lines = text.replace(/^#.*\n/gm, "").replace(/\s*\\\n\s*/g, " ").split("\n");
  return lines.filter((line) => line !== "").map((line) => {
    const [name = "", ...words] = line.split(" ");
    return { name, text: words.join(" ") };
  });
}

/** A command in the form of a list, the last thing in an instruction that has one. */
export function listIn({ name, text }: Instruction): string[] {
  const [list] = /\[.*\]$/.exec(text) ?? [];
  if (list === undefined) throw new TypeError(`Cannot find a list in ${name} ${text}`);
  return JSON.parse(list) as string[];
}

/** Where the last stage copies a file of the context, or of another stage, to. */
export function destinationOf(all: readonly Instruction[], source: string): string {
  const copies = all.filter(({ name }) => name === "COPY").map(({ text }) => text.split(" "));
  const copy = copies.find((words) => words.includes(source));
  const to = copy?.at(-1);
  if (!to) throw new TypeError(`Cannot find a COPY of ${source}`);
  return to.endsWith("/") && !source.endsWith("/")
    ? to + source.slice(source.lastIndexOf("/") + 1)
    : to;
}
