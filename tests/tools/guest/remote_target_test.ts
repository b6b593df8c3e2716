/** How nodes of one cluster reach those of another: by the address, certificate and token of the settings. */
import { readConfig } from "../../../src/config/config.ts";
import { parsePropertyString } from "../../../src/pve/formats/formats.ts";
import { fingerprintOf } from "../../../src/simulator/node/certificates.ts";
import type { OtherCluster } from "../../../src/tool/context.ts";
import { endpointOf } from "../../../src/tools/guest/_remote_target.ts";
import { assertEquals } from "../../assert.ts";
import { environment } from "../../environment.ts";
import { embed } from "../../harness.ts";

const PIN = Array.from({ length: 32 }, () => "AB").join(":");

/** What the nodes of another cluster are told of a node of the lab. */
async function endpoint(
  node: string,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { services, simulator } = embed({ simulator: { site: "lab" } });
  const { clusters } = readConfig(environment({
    PROXMOX_TOKEN_NAME: "mcp",
    PROXMOX_TOKEN_VALUE: "11111111-2222-4333-8444-555555555555",
    PROXMOX_MIGRATE_TOKEN: "migrate@pve!in",
    PROXMOX_MIGRATE_TOKEN_VALUE: "66666666-2222-4333-8444-555555555555",
    ...settings,
  }));
  const config = clusters.get("")!;
  const { guests, pve } = services;
  const request: OtherCluster["request"] = (operation, args) => pve.request(operation, args);
  const cluster: OtherCluster = { name: "lab", config, guests, request };
  const { apitoken, fingerprint, ...rest } = parsePropertyString(
    "proxmox-remote",
    await endpointOf({ cluster, node }),
  );
  assertEquals(apitoken, "PVEAPIToken=migrate@pve!in=66666666-2222-4333-8444-555555555555");
  const own = fingerprint === fingerprintOf(simulator.cluster, node);
  return { ...rest, certificate: own ? "the node's" : fingerprint ?? "" };
}

Deno.test("the address is that of the settings where it is the node's, else the node's own", async () => {
  const own = { certificate: "the node's" };
  const cases: [node: string, host: string, expected: Record<string, string>][] = [
    ["lab1", "198.51.100.11", { host: "198.51.100.11", ...own }],
    ["lab2", "198.51.100.11,198.51.100.12:8443", { host: "198.51.100.12", port: "8443", ...own }],
    ["lab2", "lab1.example.com,lab2.example.com", { host: "lab2.example.com", ...own }],
    ["lab1", "lab.example.com", { host: "lab.example.com", ...own }],
    ["lab2", "lab.example.com", { host: "198.51.100.12", ...own }],
    ["lab1", "https://proxy.example.com/pve", { host: "198.51.100.11", ...own }],
    ["lab1", "https://proxy.example.com", { host: "proxy.example.com", port: "443", ...own }],
  ];
  for (const [node, host, expected] of cases) {
    assertEquals(await endpoint(node, { PROXMOX_HOST: host }), expected, `${node} by ${host}`);
  }
});

Deno.test("a certificate that is pinned for the address goes before that of the node", async () => {
  const pinned = { PROXMOX_SSL_MODE: "verify", PROXMOX_SSL_FINGERPRINT: PIN };
  const proxy = await endpoint("lab1", { PROXMOX_HOST: "proxy.example.com", ...pinned });
  assertEquals(proxy, { host: "proxy.example.com", certificate: PIN });
  const direct = await endpoint("lab2", { PROXMOX_HOST: "proxy.example.com", ...pinned });
  assertEquals(direct, { host: "198.51.100.12", certificate: "the node's" });
});
