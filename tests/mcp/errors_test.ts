/** The code of an error says whether the caller can mend it, or the server or a cluster is at fault. */
import type { Client } from "../../src/mcp/sdk_client.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { connect } from "../harness.ts";
import { connectSeveral, refusing } from "../several.ts";

const INVALID = -32602;
const NOT_FOUND = -32002;
const INTERNAL = -32603;

type Asked =
  | { readonly uri: string }
  | { readonly prompt: string; readonly args: Record<string, string> }
  | { readonly prompt: string; readonly completes: string }
  | { readonly template: string; readonly completes: string };

type Case = readonly [asked: Asked, code: number, words: string];

function ask(client: Client, asked: Asked): Promise<unknown> {
  if ("uri" in asked) return client.readResource({ uri: `proxmox://${asked.uri}` });
  if ("args" in asked) return client.getPrompt({ name: asked.prompt, arguments: asked.args });
  const ref = "prompt" in asked
    ? { type: "ref/prompt" as const, name: asked.prompt }
    : { type: "ref/resource" as const, uri: `proxmox://${asked.template}` };
  return client.complete({ ref, argument: { name: asked.completes, value: "" } });
}

async function assertCodes(client: Client, cases: readonly Case[]): Promise<void> {
  for (const [asked, code, words] of cases) {
    const error = await assertRejects(
      () => ask(client, asked),
      Error,
      words,
      JSON.stringify(asked),
    );
    assertEquals((error as Error & { code: number }).code, code, JSON.stringify(asked));
  }
}

Deno.test("what names nothing, too much or what is no name is the caller's to mend", async () => {
  await using server = await connect();
  server.clock.advance(20_000);
  server.simulator.cluster.guests.get(101)!.config.name = "web01";
  await assertCodes(server.client, [
    [{ uri: "guest/nobody" }, NOT_FOUND, 'There is no guest "nobody"'],
    [{ uri: "node/pve9" }, NOT_FOUND, "There is no such node"],
    [{ uri: "guest/web01" }, INVALID, '"web01" is the name of 2 guests'],
    [{ uri: "guest/web01/config" }, INVALID, "Ask again with the number"],
    [{ uri: "task/nothing" }, INVALID, "It is not a UPID"],
    [{ uri: `guest/${"x".repeat(300)}` }, INVALID, "255 characters at most"],
    [{ prompt: "diagnose_guest", args: { guest: "web01" } }, INVALID, "is the name of 2 guests"],
    [{ prompt: "diagnose_guest", args: { guest: "nobody" } }, INVALID, "There is no guest"],
    [{ prompt: "plan_node_maintenance", args: { node: "pve9" } }, INVALID, "There is no node"],
    [{ prompt: "nothing", completes: "guest" }, INVALID, 'There is no "guest"'],
    [{ template: "nothing/{guest}", completes: "guest" }, INVALID, 'There is no "guest"'],
  ]);
});

Deno.test("what several clusters have, or none, is the caller's to mend", async () => {
  await using several = await connectSeveral({ home: {}, lab: {} });
  await assertCodes(several.client, [
    [{ uri: "guest/web01" }, INVALID, "proxmox://{cluster}/guest/web01 is the address"],
    [{ uri: "node/pve1" }, INVALID, '"pve1" is in 2 clusters'],
    [{ uri: "guest/nobody" }, NOT_FOUND, 'There is no guest "nobody" in home, lab'],
    [{ uri: "lab/guest/nobody" }, NOT_FOUND, 'There is no guest "nobody"'],
    [{ uri: "lab/guest/home%2Fweb01" }, INVALID, "The arguments name lab and home"],
    [{ uri: "guest/away%2Fweb01" }, INVALID, 'there is no cluster "away", but home, lab'],
    [
      { prompt: "diagnose_guest", args: { guest: "web01" } },
      INVALID,
      "cluster=home or cluster=lab",
    ],
    [
      { prompt: "diagnose_guest", args: { guest: "web01", cluster: "away" } },
      INVALID,
      'there is no cluster "away", but home, lab',
    ],
    [{ prompt: "backup_review", args: { storage: "nothing" } }, INVALID, "There is no storage"],
  ]);
});

Deno.test("what a cluster cannot say is no fault of the caller's", async () => {
  await using server = await connect({ transport: refusing });
  await assertCodes(server.client, [
    [{ uri: "guest/web01" }, INTERNAL, "connection refused"],
    [{ prompt: "diagnose_guest", args: { guest: "web01" } }, INTERNAL, "connection refused"],
  ]);
  await using several = await connectSeveral({
    home: {},
    lab: { transport: refusing },
  });
  await assertCodes(several.client, [
    [{ uri: "guest/nobody" }, INTERNAL, "lab does not say: connection refused"],
    [
      { prompt: "diagnose_guest", args: { guest: "nobody" } },
      INTERNAL,
      "lab does not say: connection refused",
    ],
  ]);
  await using half = await connect();
  half.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  await assertCodes(half.client, [
    [{ uri: "guest/nobody" }, INTERNAL, "Names of guests on pve3 are not known"],
    [{ uri: "guest/9999" }, NOT_FOUND, 'There is no guest "9999"'],
    [
      { prompt: "diagnose_guest", args: { guest: "nobody" } },
      INTERNAL,
      "Names of guests on pve3 are not known",
    ],
  ]);
});
