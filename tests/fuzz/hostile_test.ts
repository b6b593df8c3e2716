/**
 * A Proxmox VE whose answers are empty, malformed, huge or late, and every action of every tool: each
 * call is answered, in bounds and clean, without a mistake of ours showing, and without a task that
 * was done though none was named.
 */
import { errorMessage } from "../../src/base/text/error_message.ts";
import { operationFact } from "../../src/pve/api.ts";
import { parseUpid } from "../../src/pve/upid.ts";
import type { Operation } from "../../src/pve/api.ts";
import type { Transport } from "../../src/pve/transport/transport.ts";
import { route } from "../../src/pve/route.ts";
import { allOperations } from "../../src/tool/operation.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Case, casesOf } from "../contract/calls/line.ts";
import { argsOf, connectForCalls, withAction } from "../contract/calls/make.ts";
import { type Row, ROWS } from "../contract/calls/rows.ts";
import { depth } from "../depth.ts";
import { UNCLEAN } from "../unclean.ts";
import { RESOURCES } from "../../src/mcp/resource_specs.ts";
import { answerProblem, strings } from "./answers.ts";
import { Random } from "./random.ts";

/** Clusters for each call. */
const SEEDS = depth(1, 12);
/** Of the calls, one in so many is made. */
const ONE_IN = depth(2, 1);
/** Milliseconds by the cluster's clock: the longest that any call may wait for anything. */
const LONGEST_MS = 3_600_000;

/** What an operation answered that changes something. */
interface Told {
  readonly operation: Operation;
  readonly text: string;
}

/** Keeps what the answers to changes were. */
function listening(told: Told[]): (inner: Transport) => Transport {
  return (inner) => ({
    fetch: async (url, request) => {
      const response = await inner.fetch(url, request);
      if (request.method === "GET") return response;
      const path = decodeURIComponent(url.pathname.replace("/api2/json", ""));
      const operation = route(request.method, path)?.operation;
      const kept = response.clone();
      if (operation) told.push({ operation, text: await kept.text().catch(() => "") });
      return response;
    },
    close: () => inner.close(),
  });
}

function namesTask(text: string): boolean {
  try {
    return parseUpid(JSON.parse(text)?.data) !== undefined;
  } catch {
    return false;
  }
}

/** Words of an answer that claims no more than was seen. */
const UNSURE = /outcome unknown|outcome is not known|Whether it was done is not known/;

async function problemOf(row: Row, line: Case, seed: number): Promise<string | undefined> {
  const { registered: { tool }, actionName } = row;
  const told: Told[] = [];
  await using harness = await connectForCalls(listening(told));
  const args = withAction(tool, actionName, await argsOf(harness, line));
  told.length = 0;
  harness.simulator.faults.add({ kind: "hostile", seed });
  const began = harness.clock.now();
  const label = `${tool.name} ${actionName}, seed ${seed}`;
  const answer = await harness.call(tool.name, args).catch(errorMessage);
  if (typeof answer === "string") return `${label}: is no answer: ${answer}`;
  const took = harness.clock.now() - began;
  if (took > LONGEST_MS) return `${label}: took ${took / 1000} s`;
  const problem = answerProblem(answer, JSON.stringify(args));
  if (problem !== undefined) return `${label}: ${problem}\n${answer.text.slice(0, 400)}`;
  const own = allOperations(tool.actions[actionName]!);
  const nameless = told.find(({ operation, text }) =>
    own.includes(operation) && operationFact(operation).task && !namesTask(text)
  );
  const isFalse = !answer.isError && nameless !== undefined && !UNSURE.test(answer.text);
  if (!isFalse) return undefined;
  return `${label}: says "${answer.text.slice(0, 200)}" after ${
    nameless.text.slice(0, 100)
  } of ${nameless.operation}`;
}

Deno.test("a hostile Proxmox VE makes no call hang, fail without words, or claim what was not seen", async () => {
  const random = new Random(17);
  const problems: string[] = [];
  let made = 0;
  for (const row of ROWS) {
    for (const [, line] of casesOf(row.line ?? {})) {
      if (random.below(ONE_IN) !== 0) continue;
      for (let time = 0; time < SEEDS; time++) {
        made++;
        const problem = await problemOf(row, line, random.below(1e9));
        if (problem !== undefined) problems.push(problem);
      }
    }
  }
  assert(made > 50, `made only ${made} calls`);
  assertEquals(problems.join("\n\n"), "");
});

/** Characters of a resource or a prompt. */
const LARGEST = 150_000;

/** What is wrong with what a client reads beside calls; an error in words is none. */
async function readingProblem(
  what: string,
  read: () => Promise<unknown>,
): Promise<string | undefined> {
  try {
    const text = JSON.stringify(await read());
    if (text.length > LARGEST) return `${what} has ${text.length} characters`;
    return strings(JSON.parse(text)).some((each) => UNCLEAN.test(each))
      ? `${what} is not clean`
      : undefined;
  } catch (error) {
    const words = errorMessage(error);
    if (!(error instanceof Error) || !words.startsWith("MCP error")) throw error;
    return words.length > 3_000 ? `${what} failed with ${words.length} characters` : undefined;
  }
}

Deno.test("resources, prompts and completions of a hostile Proxmox VE are bounded", async () => {
  const random = new Random(18);
  const problems: (string | undefined)[] = [];
  for (let time = 0; time < depth(10, 200); time++) {
    await using harness = await connectForCalls();
    const { client } = harness;
    const { prompts } = await client.listPrompts();
    harness.simulator.faults.add({ kind: "hostile", seed: random.below(1e9) });
    const values: Readonly<Record<string, string>> = { guest: "100", node: "pve1", vmid: "100" };
    const filled = (text: string): string =>
      text.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? "local");
    for (const { path } of RESOURCES) {
      const uri = `proxmox://${filled(path)}`;
      problems.push(await readingProblem(uri, () => client.readResource({ uri })));
    }
    for (const { name, arguments: wanted = [] } of prompts) {
      const args = Object.fromEntries(
        wanted.map((each) => [each.name, values[each.name] ?? "pve1"]),
      );
      problems.push(
        await readingProblem(name, () => client.getPrompt({ name, arguments: args })),
      );
      for (const argument of wanted) {
        const ref = { type: "ref/prompt", name } as const;
        problems.push(
          await readingProblem(
            `${name} ${argument.name}`,
            () => client.complete({ ref, argument: { name: argument.name, value: "" } }),
          ),
        );
      }
    }
  }
  assertEquals(problems.filter((each) => each !== undefined), []);
});
