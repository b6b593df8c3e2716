/**
 * Runs `pveum` lines of documents on an embedded Proxmox VE: each becomes the operation of the API
 * that the command stands for. Source: PVE::CLI::pveum.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { Operation } from "../../src/pve/api.ts";
import type { PveClient } from "../../src/pve/client.ts";
import { readShell } from "./shell.ts";

type Values = Readonly<Record<string, string>>;

/** What a command calls, and the parameters that it takes as words of its own. */
interface PveumCommand {
  readonly operation: Operation;
  readonly words: readonly string[];
  /** Where the command turns its parameters into others. */
  readonly turn?: (values: Values) => Values;
}

const COMMANDS: Readonly<Record<string, PveumCommand>> = {
  "user add": { operation: "POST /access/users", words: ["userid"] },
  "role add": { operation: "POST /access/roles", words: ["roleid"] },
  "acl modify": { operation: "PUT /access/acl", words: ["path"] },
  "user token add": {
    operation: "POST /access/users/{userid}/token/{tokenid}",
    words: ["userid", "tokenid"],
  },
  "user token modify": {
    operation: "PUT /access/users/{userid}/token/{tokenid}",
    words: ["userid", "tokenid"],
  },
  "user token permissions": {
    operation: "GET /access/permissions",
    words: ["userid", "tokenid"],
    turn: ({ userid, tokenid, ...rest }) => ({ ...rest, userid: `${userid}!${tokenid}` }),
  },
};

/** A line as the API gets it. */
export interface PveumCall {
  readonly operation: Operation;
  readonly args: Values;
}

function callOf(words: readonly string[]): PveumCall {
  const found = Object.entries(COMMANDS).find(([name]) =>
    words.slice(0, name.split(" ").length).join(" ") === name
  );
  if (!found) throw new TypeError(`There is no command "pveum ${words.join(" ")}"`);
  const [name, { operation, words: names, turn }] = found;
  const rest = words.slice(name.split(" ").length);
  const options = rest.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
  const { values, positionals } = parseArgs({
    args: [...rest],
    options: Object.fromEntries(options.map((option) => [option, { type: "string" as const }])),
    allowPositionals: true,
  });
  if (positionals.length !== names.length) {
    throw new TypeError(`Cannot run "pveum ${words.join(" ")}": it takes ${names.join(" and ")}`);
  }
  const args = {
    ...Object.fromEntries(names.map((each, index) => [each, positionals[index] ?? ""])),
    ...values as Values,
  };
  return { operation, args: turn?.(args) ?? args };
}

/** The `pveum` lines of a shell block. */
export function pveumCalls(text: string): PveumCall[] {
  return readShell(text).commands.map(({ words }) => words.map(({ value }) => value))
    .flatMap(([program, ...words]) => program === "pveum" ? [callOf(words)] : []);
}

/** Runs them one after another, and answers what each one printed. */
export async function runPveum(root: PveClient, calls: readonly PveumCall[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const { operation, args } of calls) {
    answers.push((await root.request(operation, args)).data);
  }
  return answers;
}
