/** What the documents tell to run on a node does what they say, on every release that has it. */
import { ROOT } from "../../scripts/project.ts";
import { servicesOver } from "../../src/cli/services.ts";
import { PveError } from "../../src/pve/errors.ts";
import type { Release } from "../../src/simulator/core/model.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";
import { connectTo, embed, type Embedded, type Harness, rowsOf } from "../harness.ts";
import { blocksOf } from "./calls.ts";
import { DOCUMENTS } from "./documents.ts";
import { type PveumCall, pveumCalls, runPveum } from "./pveum.ts";

const PAGE = "docs/getting-started.md";
const RELEASES: readonly Release[] = ["9.2", "8.4"];
/** What stands above a block that is for one release alone. */
const FOR: Readonly<Record<string, Release>> = { "Proxmox VE 9:": "9.2", "Proxmox VE 8.4:": "8.4" };

interface Step {
  /** The number of the section. */
  readonly section: number;
  readonly only: Release | undefined;
  readonly calls: readonly PveumCall[];
}

/** The `pveum` blocks of a document, each with the section that it stands in. */
function stepsOf(path: string): Step[] {
  const text = Deno.readTextFileSync(ROOT + path);
  const lines = text.split("\n");
  return blocksOf(text).filter(({ language }) => language === "sh").map((block) => {
    const above = lines.slice(0, block.line - 1).filter((line) => line.trim() !== "");
    const heading = above.findLast((line) => /^## /.test(line)) ?? "";
    return {
      section: Number(/^## (\d)/.exec(heading)?.[1] ?? 0),
      only: FOR[above.at(-1) ?? ""],
      calls: pveumCalls(block.text),
    };
  }).filter(({ calls }) => calls.length > 0);
}

function callsFor(steps: readonly Step[], release: Release): PveumCall[] {
  return steps.filter(({ only }) => (only ?? release) === release).flatMap(({ calls }) => calls);
}

/** The token that the answers show, as PVE shows it once. */
function tokenIn(answers: readonly unknown[]): { readonly id: string; readonly secret: string } {
  const made = answers.find((each): each is { "full-tokenid": string; value: string } =>
    typeof each === "object" && each !== null && "full-tokenid" in each
  );
  assert(made, "No line made a token");
  return { id: made["full-tokenid"], secret: made.value };
}

/** A client of a server that has that token. */
async function connectAs(
  cluster: Embedded,
  token: { readonly id: string; readonly secret: string },
): Promise<Harness> {
  const { simulator, clock, services: { config } } = cluster;
  const services = servicesOver(config, simulator.transport(), { token }, clock);
  return await connectTo({ simulator, clock, services });
}

async function assertReads(client: Harness, cluster: Embedded): Promise<void> {
  const guests = rowsOf(await client.call("proxmox_guest_list", { limit: 100 }));
  assertEquals(guests.length, cluster.simulator.cluster.guests.size);
  for (
    const [name, args] of [
      ["proxmox_node", { action: "status", node: "pve1" }],
      ["proxmox_cluster", { action: "status" }],
      ["proxmox_storage_config", { action: "list" }],
      ["proxmox_guest_config", { vmid: 100 }],
    ] as const
  ) {
    const { text, isError } = await client.call(name, args);
    assert(!isError, `${name}: ${text}`);
  }
}

type WrittenCall = readonly [name: string, args: object];

async function assertDoes(client: Harness, calls: readonly WrittenCall[]): Promise<void> {
  for (const [name, args] of calls) {
    const { text, isError } = await client.call(name, { ...args });
    assert(!isError, `${name} ${JSON.stringify(args)}: ${text}`);
  }
}

async function assertRefused(
  client: Harness,
  [name, args]: WrittenCall,
  privilege: string,
): Promise<void> {
  const { text, isError } = await client.call(name, { ...args });
  assert(isError, `${name} ${JSON.stringify(args)} was done: ${text}`);
  assertStringIncludes(text, "Permission check failed");
  assertStringIncludes(text, privilege);
}

const OPERATOR = [
  ["proxmox_guest_shutdown", { vmid: 101 }],
  ["proxmox_guest_start", { vmid: 101 }],
  ["proxmox_guest_snapshot", { action: "create", vmid: 101, snapname: "before" }],
  ["proxmox_guest_snapshot", { action: "rollback", vmid: 101, snapname: "before" }],
  ["proxmox_backup", { action: "create", vmid: 101, storage: "local" }],
] as const;

for (const release of RELEASES) {
  Deno.test(`getting-started makes a token that reads, and later operates, on ${release}`, async () => {
    const cluster = embed({ simulator: { release } });
    const root = cluster.services.pve;
    const steps = stepsOf(PAGE);
    const later = steps.filter(({ section }) => section === 5);
    const first = callsFor(steps.filter(({ section }) => section === 1), release);
    const token = tokenIn(await runPveum(root, first));
    assertEquals(token.id, "mcp@pve!mcp");
    await using client = await connectAs(cluster, token);

    await assertReads(client, cluster);
    await assertRefused(client, ["proxmox_guest_reboot", { vmid: 102 }], "VM.PowerMgmt");

    await runPveum(root, callsFor(later, release));
    await assertReads(client, cluster);
    await assertDoes(client, OPERATOR);
    await assertRefused(client, ["proxmox_guest_delete", { vmid: 103 }], "VM.Allocate");
    await assertRefused(
      client,
      ["proxmox_guest_config_update", { vmid: 101, config: { cores: 3 } }],
      "VM.Config.CPU",
    );
  });
}

Deno.test("getting-started tells apart what the releases have apart", async () => {
  const both = stepsOf(PAGE).filter(({ only }) => only);
  assertEquals(both.map(({ only }) => only), ["9.2", "8.4"]);
  const { services } = embed({ simulator: { release: "8.4" } });
  const refusal = await assertRejects(
    () => runPveum(services.pve, callsFor(both, "9.2")),
    PveError,
  );
  assertStringIncludes(refusal.errors.privs ?? "", "invalid privilege 'VM.GuestAgent.Audit'");
});

for (const path of DOCUMENTS.filter((each) => stepsOf(each).length > 0)) {
  Deno.test(`pveum takes every line of ${path}`, async () => {
    const cluster = embed({ simulator: { release: "9.2" } });
    const root = cluster.services.pve;
    const calls = callsFor(stepsOf(path), "9.2");
    await using client = await connectAs(cluster, tokenIn(await runPveum(root, calls)));
    await assertReads(client, cluster);
  });
}
