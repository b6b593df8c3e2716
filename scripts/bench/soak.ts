/**
 * What is left behind by many calls, some of which go wrong: memory and open descriptors after
 * 20,000, against those after 2,000.
 *
 * @module
 */
import { startServer } from "./server_process.ts";
import type { Line } from "./line.ts";
import { McpProcess } from "./mcp_process.ts";
import { BUNDLE, strictDeno } from "./program.ts";

const WARM = 2_000;
const ALL = 20_000;
/** One call in so many meets a fault: 2 %. */
const EVERY = 50;
const AT_ONCE = 10;
/** Kept connections are closed after 4 seconds: what is still open then is left behind. */
const SETTLE_MS = 6_000;
const FAULTS = [
  ...["reset", "half-body", "bad-json", "html=502", "status=500", "status=596", "token-expired"],
  ...["refused"],
];
const CALLS: readonly (readonly [string, object])[] = [
  ["proxmox_guest_list", {}],
  ["proxmox_guest_status", { vmid: "web01" }],
  ["proxmox_get_next_vmid", {}],
  ["proxmox_node", { action: "list" }],
  ["proxmox_guest_config_update", { vmid: "dns01", description: "soak" }],
  ["proxmox_storage_content", { action: "list", storage: "local", node: "pve1" }],
  ["proxmox_guest_status", { vmid: "no-such-guest" }],
];

interface Reached {
  readonly host: string;
  readonly fingerprint: string;
  readonly id: string;
  readonly secret: string;
}

/** The embedded Proxmox VE in a process of its own. */
class FaultyServer implements AsyncDisposable {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;

  private constructor(private readonly child: Deno.ChildProcess, readonly reached: Reached) {
    this.#writer = child.stdin.getWriter();
  }

  static async start(): Promise<FaultyServer> {
    const { child, reached } = await startServer<Reached>("faulty_server.ts");
    return new FaultyServer(child, reached);
  }

  /** Lets one request go wrong. */
  async fail(fault: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${fault}\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.child.status;
  }
}

function elementAt<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

/** What a server holds when nothing is left to do. */
interface Held {
  readonly mebibytes: number;
  readonly descriptors: number;
}

async function heldBy(server: McpProcess): Promise<Held> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return { mebibytes: await server.resident(), descriptors: await server.descriptors() };
}

/** Makes the calls from one number to another, several at a time. */
async function callAll(
  server: McpProcess,
  pve: FaultyServer,
  from: number,
  to: number,
): Promise<void> {
  let next = from;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (next < to) {
      const index = next++;
      if (index % EVERY === 0) await pve.fail(elementAt(FAULTS, index / EVERY));
      const [tool, args] = elementAt(CALLS, index);
      await server.call(tool, args); // That it answers at all is what counts.
    }
  }));
}

function line(what: string, most: number, end: number, warm: number, unit: string): Line {
  return {
    what: `${ALL.toLocaleString("en")} calls, 2 % of them with a fault, against 2,000: ${what}`,
    value: Number.isNaN(end) ? "not measured" : `${(end / warm).toFixed(2)} ×`,
    budget: `≤ ${most} ×`,
    measured: `${Math.round(end)} ${unit}, ${Math.round(warm)} ${unit}`,
    within: end / warm <= most,
  };
}

/** Memory and descriptors after many calls. */
export async function soakLines(): Promise<Line[]> {
  await using pve = await FaultyServer.start();
  const { host, fingerprint, id, secret } = pve.reached;
  const [user = "", name = ""] = id.split("!");
  await using server = new McpProcess(strictDeno(BUNDLE, [`--allow-net=${host}`]), {
    PROXMOX_HOST: host,
    PROXMOX_USER: user,
    PROXMOX_TOKEN_NAME: name,
    PROXMOX_TOKEN_VALUE: secret,
    PROXMOX_SSL_MODE: "verify",
    PROXMOX_SSL_FINGERPRINT: fingerprint,
    PROXMOX_ALLOW_ELEVATED: "true",
  });
  await server.initialize();
  await callAll(server, pve, 0, WARM);
  const warm = await heldBy(server);
  await callAll(server, pve, WARM, ALL);
  const end = await heldBy(server);
  return [
    line("memory", 1.2, end.mebibytes, warm.mebibytes, "MiB"),
    line("open descriptors", 1, end.descriptors, warm.descriptors, "descriptors"),
  ];
}
