/**
 * What a call costs over a bare fetch of the same answer, and what many calls at once hold.
 *
 * @module
 */
import { loadConfig } from "../../src/config.ts";
import { createTransport } from "../../src/pve/tls.ts";
import { servicesOver } from "../../src/services.ts";
import type { Services } from "../../src/tool/context.ts";
import { type RegisteredTool } from "../../src/tool/registry.ts";
import { render, type Rendered } from "../../src/tool/render.ts";
import { answerTool } from "../../src/tool/run.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { medianTime } from "./measure.ts";

/** A server of canned answers that counts its connections. */
export interface Canned extends AsyncDisposable {
  readonly url: URL;
  /** Most connections that were open at once. */
  readonly mostConnections: () => number;
}

/** Guests as /cluster/resources has them. */
export function resources(count: number): string {
  const data = Array.from({ length: count }, (_, index) => ({
    id: `qemu/${100 + index}`,
    vmid: 100 + index,
    type: index % 3 === 0 ? "lxc" : "qemu",
    node: `pve${1 + index % 3}`,
    name: `guest-${index}`,
    status: index % 4 === 0 ? "stopped" : "running",
    cpu: 0.01 * (index % 50),
    maxcpu: 4,
    mem: 1_000_000_000 + index,
    maxmem: 8_589_934_592,
    disk: 0,
    maxdisk: 34_359_738_368,
    uptime: 86_400 + index,
    tags: "production;web",
    netin: index * 1_000,
    netout: index * 900,
    diskread: index * 10,
    diskwrite: index * 11,
    template: 0,
  }));
  return JSON.stringify({ data });
}

/** Serves one answer to every request over HTTP on 127.0.0.1. */
export function serveCanned(body: string): Canned {
  const open = new Set<string>();
  let most = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (_, info) => {
    const { port } = info.remoteAddr as Deno.NetAddr;
    open.add(String(port));
    most = Math.max(most, open.size);
    return new Response(body, { headers: { "Content-Type": "application/json" } });
  });
  return {
    url: new URL(`http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`),
    mostConnections: () => most,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function servicesFor(url: URL): Services {
  const { config } = loadConfig(
    { get: () => undefined, names: () => [], readFile: () => "" },
    { demo: true },
  );
  const transport = createTransport({ sslMode: "strict", maxConnections: 8 });
  return servicesOver({ ...config, hosts: [url] }, transport, {
    id: "root@pam!bench",
    secret: "x",
  });
}

function toolNamed(name: string): RegisteredTool {
  const found = TOOLS.find(({ tool }) => tool.name === name);
  if (!found) throw new TypeError(`Cannot find the tool ${name}`);
  return found;
}

/** A cost beside its baseline, in milliseconds. */
export interface Cost {
  readonly ours: number;
  readonly baseline: number;
}

const signal = new AbortController().signal;

async function call(services: Services, tool: RegisteredTool): Promise<Rendered> {
  return render(await answerTool(services, tool, {}, { signal }));
}

/** One small call after another, and a bare fetch of the same answer. */
export async function callCost(): Promise<Cost> {
  await using server = serveCanned(JSON.stringify({ data: "104" }));
  const services = servicesFor(server.url);
  const tool = toolNamed("proxmox_get_next_vmid");
  const ours = await medianTime(300, () => call(services, tool));
  const baseline = await medianTime(300, async () => {
    await (await fetch(new URL("/api2/json/cluster/nextid", server.url))).json();
  });
  services.pve.close();
  return { ours, baseline };
}

/** A list of many guests, and fetching and parsing the same. */
export async function listCost(guests: number): Promise<Cost> {
  await using server = serveCanned(resources(guests));
  const services = servicesFor(server.url);
  const tool = toolNamed("proxmox_guest_list");
  const ours = await medianTime(9, () => call(services, tool));
  const baseline = await medianTime(9, async () => {
    JSON.parse(await (await fetch(new URL("/api2/json/cluster/resources", server.url))).text());
  });
  services.pve.close();
  return { ours, baseline };
}

/** What many calls at once hold: connections, and MiB more than before. */
export async function manyCalls(count: number): Promise<{ connections: number; mib: number }> {
  await using server = serveCanned(JSON.stringify({ data: "104" }));
  const services = servicesFor(server.url);
  const tool = toolNamed("proxmox_get_next_vmid");
  await call(services, tool);
  const before = Deno.memoryUsage().rss;
  await Promise.all(Array.from({ length: count }, () => call(services, tool)));
  const mib = (Deno.memoryUsage().rss - before) / 1024 / 1024;
  services.pve.close();
  return { connections: server.mostConnections(), mib };
}
