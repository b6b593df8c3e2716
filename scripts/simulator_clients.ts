/**
 * Tries the embedded Proxmox VE with other clients of its API: proxmoxer from Debian and
 * proxmox-api from npm. Each lists nodes and guests, takes a snapshot, follows its task and is
 * refused something; what it saw is held against the cluster.
 *
 * @module
 */
import { deepStrictEqual, match } from "node:assert/strict";
import { writeOut } from "../src/base/process/console.ts";
import { serveSimulator, type SimulatorServer } from "../src/simulator/server/server.ts";
import { createSimulator, type Simulator } from "../src/simulator/simulator.ts";
import { npmFolder } from "./npm_folder.ts";
import { ROOT } from "./project.ts";
import { run } from "./run.ts";

const FOLDER = `${ROOT}tools/simulator-clients/`;
const MAX_RUN_SECONDS = 60;

interface Client {
  readonly name: string;
  readonly command: readonly string[];
  /** Snapshot that its program takes of guest 100. */
  readonly snapshot: string;
}

const CLIENTS: readonly Client[] = [
  {
    name: "proxmoxer",
    // Debian's own Python, as its packages are installed for that one.
    command: ["/usr/bin/python3", "proxmoxer_client.py"],
    snapshot: "by-proxmoxer",
  },
  {
    name: "proxmox-api",
    command: ["node", "proxmox_api_client.mjs"],
    snapshot: "by-proxmox-api",
  },
];

/** What a client's program prints. */
interface Report {
  readonly nodes: readonly string[];
  readonly guests: readonly number[];
  /** Descriptions by name. */
  readonly snapshots: Readonly<Record<string, string>>;
  readonly exitstatus: string;
  readonly log: readonly string[];
  readonly refusal: string;
}

async function runClient(
  { command }: Client,
  env: Readonly<Record<string, string>>,
): Promise<Report> {
  const { stdout } = await run("timeout", ["-k", "5", `${MAX_RUN_SECONDS}`, ...command], {
    cwd: FOLDER,
    env,
  });
  return JSON.parse(stdout) as Report;
}

/** How a client reaches the simulator, and whose certificates it trusts. */
function environment(
  { tokens }: Simulator,
  { url }: SimulatorServer,
  caFile: string,
): Record<string, string> {
  const { id, secret } = tokens.full;
  const [user = "", tokenName = ""] = id.split("!");
  return {
    PVE_HOST: url.hostname,
    PVE_PORT: url.port,
    PVE_USER: user,
    PVE_TOKEN_NAME: tokenName,
    PVE_TOKEN_VALUE: secret,
    PVE_CA_FILE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
  };
}

/** Holds what a client saw and did against the cluster. */
function assertSeen({ cluster }: Simulator, { snapshot }: Client, report: Report): void {
  deepStrictEqual(report.nodes, cluster.nodeNames());
  deepStrictEqual(report.guests, cluster.sortedGuests().map(({ vmid }) => vmid));
  const taken = cluster.guests.get(100)?.snapshots.get(snapshot);
  deepStrictEqual(taken?.description, "Größe: 1 & 2");
  deepStrictEqual(report.snapshots[snapshot], taken.description);
  deepStrictEqual([report.exitstatus, report.log.at(-1)], ["OK", "TASK OK"]);
  match(
    report.refusal,
    /500 .*Configuration file 'nodes\/pve1\/qemu-server\/9999\.conf' does not exist/,
  );
}

const simulator = createSimulator();
const caFile = await Deno.makeTempFile({ prefix: "proxmox-mcp-ca-", suffix: ".pem" });
try {
  await using server = await serveSimulator(simulator, 0);
  await Deno.writeTextFile(caFile, server.authority);
  await npmFolder("simulator-clients");
  const env = environment(simulator, server, caFile);
  for (const client of CLIENTS) {
    assertSeen(simulator, client, await runClient(client, env));
    writeOut(`${client.name}: ok`);
  }
} finally {
  await Deno.remove(caFile);
}
