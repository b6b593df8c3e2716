/**
 * PROXMOX_READ_ONLY=true beats everything: whatever is called, and whatever else is set, only reads
 * that stay inside the cluster leave, and no file is written.
 */
import { type Operation, operationFact, operationNames } from "../../src/pve/api.ts";
import { encodeRequest } from "../../src/pve/encode.ts";
import { ADDRESS_PARAM } from "../../src/pve/outward.ts";
import { route } from "../../src/pve/route.ts";
import { servicesOver } from "../../src/cli/services.ts";
import { allOperations } from "../../src/tool/operation.ts";
import { GATEWAY } from "../../src/tool/gateway_names.ts";
import { isSingle } from "../../src/tool/define.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../assert.ts";
import { casesOf } from "../contract/calls/line.ts";
import { type Row, ROWS } from "../contract/calls/rows.ts";
import { Random } from "../fuzz/random.ts";
import { recorded, type Sent } from "../fuzz/requests.ts";
import { rightValue } from "../fuzz/values.ts";
import { connect, type Harness, type HarnessOptions } from "../harness.ts";

/** Where no caller may send a node. */
const ELSEWHERE = "http://169.254.169.254/x";

/** A server that only reads, and what leaves it. */
interface Reading extends AsyncDisposable {
  readonly harness: Harness;
  readonly sent: Sent[];
  /** Files in the folder that is open to it. */
  files(): string[];
}

async function reading(options: HarnessOptions = {}): Promise<Reading> {
  const folder = await Deno.makeTempDir();
  const sent: Sent[] = [];
  const record = recorded(sent);
  const harness = await connect({
    ask: () => Promise.resolve("accept"),
    ...options,
    settings: {
      READ_ONLY: "true",
      ALLOW_ELEVATED: "true",
      CONFIRM: "never",
      FILES_DIR: folder,
      SSH_ENABLED: "true",
      SSH_KEY_PATH: "/dev/null",
      SSH_NODE: "pve1",
      ...options.settings,
    },
    services: {
      containerExec: () => Promise.reject(new Error("A command would have been run")),
      ...options.services,
    },
    transport: (own) => record(options.transport?.(own) ?? own),
  });
  return {
    harness,
    sent,
    files: () => [...Deno.readDirSync(folder)].map(({ name }) => name),
    [Symbol.asyncDispose]: async () => {
      await harness[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** What is wrong with a request, or undefined. */
function wrongWith({ url, request: { method } }: Sent): string | undefined {
  const path = url.pathname.replace(/^\/api2\/json/, "");
  const operation = route(method, path)?.operation;
  const address = operation === undefined ? undefined : ADDRESS_PARAM[operation];
  if (method === "GET" && (address === undefined || !url.searchParams.has(address))) {
    return undefined;
  }
  return `${method} ${path}${url.search} left`;
}

function namedCall({ registered: { tool }, actionName }: Row, args: object): object {
  return isSingle(tool) ? args : { [tool.discriminator ?? "action"]: actionName, ...args };
}

/** Whether a call is answered; a tool that only changes is not even there. */
async function isAnswered(harness: Harness, tool: string, args: object): Promise<boolean> {
  try {
    return !(await harness.call(tool, { ...args })).isError;
  } catch (error) {
    assertMatch(String(error), /There is no tool/);
    return false;
  }
}

Deno.test("a server that only reads sends nothing but reads and writes no file, whatever tool is called", async () => {
  const wrong: string[] = [];
  let answered = 0;
  await using common = await reading();
  for (const row of ROWS) {
    for (const [name, [given, { after = [] } = {}]] of casesOf(row.line ?? {})) {
      // What a call is about is made by a server that may, in the same cluster.
      await using stack = new AsyncDisposableStack();
      const maker = after.length > 0 ? stack.use(await connect()) : undefined;
      const before = [];
      for (const [tool, args] of after) before.push(await maker!.call(tool, args));
      const { harness, sent, files } = maker
        ? stack.use(await reading({ transport: () => maker.simulator.transport() }))
        : common;
      const from = sent.length;
      const args = typeof given === "function" ? await given(before) : given;
      const { tool } = row.registered;
      if (await isAnswered(harness, tool.name, namedCall(row, args))) answered++;
      const problems = sent.slice(from).flatMap((each) => wrongWith(each) ?? []);
      wrong.push(
        ...[...problems, ...files()].map((each) =>
          `${tool.name} ${row.actionName} ${name}: ${each}`
        ),
      );
    }
  }
  assertEquals(wrong, []);
  assert(answered > 90, `Only ${answered} calls were answered`);
});

/** Calls of each operation: which values of the embedded cluster go together is left to chance. */
const TIMES = 3;

/** What an operation demands, and where the caller would send a node. */
function demanded(random: Random, operation: Operation): Record<string, unknown> {
  const { params } = operationFact(operation);
  const values = Object.entries(params).filter(([, fact]) => !fact.optional)
    .map(([name, fact]) => [name, rightValue(random, name, fact)]);
  const address = ADDRESS_PARAM[operation];
  return { ...Object.fromEntries(values), ...(address ? { [address]: ELSEWHERE } : {}) };
}

Deno.test("a server that only reads sends nothing but reads, whatever operation is called", async () => {
  await using server = await reading();
  const { harness, sent, files } = server;
  const random = new Random(1);
  const wrong: string[] = [];
  const reached = new Set<string>();
  for (const operation of operationNames()) {
    const refused = operationFact(operation).method !== "GET" || operation in ADDRESS_PARAM;
    for (let time = 0; time < TIMES; time++) {
      const from = sent.length;
      const params = demanded(random, operation);
      const { text } = await harness.call(GATEWAY.call, { operation, params });
      const left = sent.slice(from);
      for (const { url, request } of left) {
        reached.add(
          route(request.method, url.pathname.replace(/^\/api2\/json/, ""))?.operation ?? "",
        );
      }
      if (refused && !/^🚫 Permission Denied: /.test(text)) wrong.push(`${operation}: ${text}`);
      wrong.push(...left.flatMap((each) => wrongWith(each) ?? []));
    }
  }
  assertEquals(wrong, []);
  assertEquals(files(), []);
  assert(reached.size > 150, `Only ${reached.size} reads were sent`);
});

const OUTWARD_ROWS = ROWS.filter(({ registered: { tool }, actionName }) =>
  allOperations(tool.actions[actionName]!).some((operation) => operation in ADDRESS_PARAM)
);

for (const settings of [{}, { READ_ONLY: "false", ALLOW_ELEVATED: "false" }]) {
  const form = "READ_ONLY" in settings ? "of the basic tier" : "that only reads";
  Deno.test(`no tool of a server ${form} sends a node to an address of the caller's`, async () => {
    await using server = await reading({ settings });
    assert(OUTWARD_ROWS.length > 0);
    for (const row of OUTWARD_ROWS) {
      const { registered: { tool }, actionName, line } = row;
      const operations = allOperations(tool.actions[actionName]!);
      const address = operations.map((each) => ADDRESS_PARAM[each]).find((each) => each)!;
      for (const [, [given]] of casesOf(line ?? {})) {
        if (typeof given === "function") continue;
        const { text } = await server.harness.call(tool.name, {
          ...namedCall(row, { ...given, [address]: ELSEWHERE }),
        });
        assertMatch(text, /^🚫 Permission Denied: /, `${tool.name} ${actionName}: ${text}`);
      }
    }
    assertEquals(server.sent.flatMap((each) => wrongWith(each) ?? []), []);
  });
}

Deno.test("a server that only reads says so of an ACME directory of the caller's, and knows PVE's", async () => {
  await using server = await reading();
  const tos = (directory: string): Promise<{ text: string; isError: boolean }> =>
    server.harness.call("proxmox_acme_info", { action: "tos", directory });
  const { text } = await tos(ELSEWHERE);
  assertMatch(text, /^🚫 Permission Denied: [^]*PROXMOX_READ_ONLY=true is set/);
  assert(!text.includes("ALLOW_ELEVATED"), text);
  assert(!(await tos("https://acme-v02.api.letsencrypt.org/directory")).isError);
});

Deno.test("a server that only reads restores no file to this machine, and reads nothing for it", async () => {
  await using server = await reading();
  const row = ROWS.find(({ registered, actionName }) =>
    registered.tool.name === "proxmox_file_restore" && actionName === "download"
  )!;
  const [[, [given]]] = casesOf(row.line!) as [[string, [Record<string, unknown>]]];
  const { text } = await server.harness.call("proxmox_file_restore", {
    ...namedCall(row, { ...given, to: "restored" }),
  });
  assertMatch(text, /^🚫 Permission Denied: [^]*PROXMOX_READ_ONLY=true is set/);
  assertEquals(server.sent, []);
  assertEquals(server.files(), []);
  await assertRejects(
    () => server.harness.services.files.save("x", ReadableStream.from([])),
    Error,
    "this server only reads",
  );
});

Deno.test("the client of a server that only reads refuses to send a change, whoever asks", async () => {
  await using server = await reading();
  const { config, clock } = server.harness.services;
  const sent: Sent[] = [];
  const transport = recorded(sent)(server.harness.simulator.transport());
  const { pve } = servicesOver(
    config,
    transport,
    { token: server.harness.simulator.tokens.full },
    clock,
  );
  for (const operation of ["POST /nodes/{node}/qemu/{vmid}/status/stop", "PUT /cluster/options"]) {
    const args = { node: "pve1", vmid: 100 };
    await assertRejects(() => pve.request(operation as Operation, args), TypeError, "only reads");
    const { path, ...request } = encodeRequest(operation as Operation, args);
    await assertRejects(
      () =>
        pve.send(
          { operation: operation as Operation, args },
          path,
          { ...request, headers: {} } as never,
          {},
          () => Promise.resolve(),
        ),
      TypeError,
      "only reads",
    );
  }
  assertEquals(sent, []);
});
