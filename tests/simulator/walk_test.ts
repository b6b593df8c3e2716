import { operationFact, operationNames, pathParams } from "../../src/pve/api.ts";
import { allHandlers } from "../../src/simulator/handlers.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Form, TestClient } from "./client.ts";
import { isOfCollection } from "./operation_kinds.ts";
import { placesMissing, realData } from "./real_answers.ts";
import { returnDifferences } from "./returns.ts";

/** Operations of collections. */
const COLLECTIONS = [...allHandlers().keys()].filter(isOfCollection);

/** Values of placeholders that exist in the company. */
const PATH: Readonly<Record<string, string>> = {
  node: "pve1",
  vmid: "100",
  realm: "corp",
  groupid: "admins",
  roleid: "GuestOperator",
  userid: "alice@pve",
  tokenid: "automation",
  poolid: "production",
  group: "webserver",
  pos: "0",
  sid: "vm:100",
  rule: "keep-apart",
  zone: "lab",
  vnet: "labnet",
  subnet: "lab-10.50.0.0-24",
  ipam: "pve",
  flag: "noout",
  iface: "vmbr0",
  service: "pveproxy",
  osdid: "0",
  "pci-id-or-mapping": "gpu",
  storage: "local",
};

/** Values that depend on the path, and parameters that a read cannot do without. */
const SPECIAL: Readonly<Record<string, { path?: Record<string, string>; params?: Form }>> = {
  "GET /access/tfa/{userid}/{id}": { path: { id: "totp-1" } },
  "GET /cluster/acme/plugins/{id}": { path: { id: "cloudflare" } },
  "GET /cluster/backup/{id}": { path: { id: "nightly" } },
  "GET /cluster/backup/{id}/included_volumes": { path: { id: "nightly" } },
  "GET /cluster/firewall/aliases/{name}": { path: { name: "office" } },
  "GET /cluster/firewall/ipset/{name}": { path: { name: "management" } },
  "GET /cluster/firewall/ipset/{name}/{cidr}": {
    path: { name: "management", cidr: "198.51.100.7" },
  },
  "GET /cluster/jobs/schedule-analyze": { params: { schedule: "mon..fri 8..17:0/15" } },
  "GET /cluster/mapping/pci/{id}": { path: { id: "gpu" } },
  "GET /cluster/metrics/server/{id}": { path: { id: "influx" } },
  "GET /cluster/notifications/endpoints/sendmail/{name}": { path: { name: "mail-to-root" } },
  "GET /cluster/notifications/endpoints/smtp/{name}": { path: { name: "company-mail" } },
  "GET /cluster/notifications/endpoints/webhook/{name}": { path: { name: "chat" } },
  "GET /cluster/notifications/matchers/{name}": { path: { name: "failures" } },
  "GET /cluster/sdn/dry-run": { params: { node: "pve1" } },
  "GET /nodes/{node}/apt/changelog": { params: { name: "pve-manager" } },
  "GET /nodes/{node}/ceph/cfg/value": { params: { "config-keys": "osd:osd_memory_target" } },
  "GET /nodes/{node}/ceph/cmd-safety": { params: { action: "stop", service: "osd", id: "0" } },
  "GET /nodes/{node}/ceph/pool/{name}/status": { path: { name: "vm" }, params: { verbose: 1 } },
  "GET /nodes/{node}/disks/smart": { params: { disk: "/dev/sda" } },
  "GET /nodes/{node}/disks/zfs/{name}": { path: { name: "tank" } },
  "GET /nodes/{node}/replication/{id}": { path: { id: "100-0" } },
  "GET /nodes/{node}/scan/cifs": { params: { server: "nas.example.com" } },
  "GET /nodes/{node}/scan/iscsi": { params: { portal: "san.example.com" } },
  "GET /nodes/{node}/scan/lvmthin": { params: { vg: "pve" } },
  "GET /nodes/{node}/scan/nfs": { params: { server: "nas.example.com" } },
  "GET /nodes/{node}/scan/pbs": {
    params: { server: "pbs.example.com", username: "root@pam", password: "secret" },
  },
  "GET /nodes/{node}/query-url-metadata": { params: { url: "https://example.com/disk.iso" } },
  "GET /nodes/{node}/query-oci-repo-tags": { params: { reference: "docker.io/library/alpine" } },
  "GET /nodes/{node}/lxc/{vmid}/firewall/rules/{pos}": { path: { vmid: "200" } },
};

/** Reads that refuse a token, or whose entry the company does not have. */
const REFUSED = new Set([
  "GET /cluster/acme/account/{name}",
  "GET /cluster/backup-info",
  "GET /cluster/ha/groups",
  "GET /cluster/ha/groups/{group}",
  "GET /cluster/sdn/vnets/{vnet}/firewall",
  "GET /nodes/{node}/sdn/vnets/{vnet}/mac-vrf",
  "GET /nodes/{node}/sdn/zones/{zone}/ip-vrf",
]);

/** Reads of one entry whose collection is empty at the start; the round trips read them. */
const EMPTY = [
  /^GET \/cluster\/(?:jobs\/realm-sync|mapping\/(?:dir|usb)|qemu\/custom-cpu-models)\/\{/,
  /^GET \/cluster\/notifications\/endpoints\/gotify\/\{/,
  /^GET \/cluster\/replication\/\{|^GET \/nodes\/\{node\}\/replication\/\{id\}\//,
  /^GET \/cluster\/sdn\/(?:controllers|dns|fabrics)\/.*\{/,
  /^GET \/cluster\/sdn\/vnets\/\{vnet\}\/firewall\/rules\/\{pos\}/,
  /^GET \/nodes\/\{node\}\/(?:qemu|lxc)\/\{vmid\}\/firewall\/(?:aliases|ipset)\/\{/,
  /^GET \/nodes\/\{node\}\/(?:lxc\/\{vmid\}\/)?firewall\/rules\/\{pos\}/,
  /^GET \/nodes\/\{node\}\/ceph\/osd\/\{osdid\}\/lv-info/,
];

function request(operation: string): { path: string; params: Form } {
  const special = SPECIAL[operation];
  const fact = operationFact(operation as Parameters<typeof operationFact>[0]);
  let { path } = fact;
  for (const name of pathParams(path)) {
    const value = special?.path?.[name] ?? PATH[name] ?? "none";
    path = path.replace(`{${name}}`, encodeURIComponent(value));
  }
  return { path, params: special?.params ?? {} };
}

/** What the real cluster had and the company has not: other entries, or none of a kind. */
const UNLIKE = new Set([
  "GET /access/permissions ./pool/p1 object",
  "GET /access/users/{userid} .tokens.mcp object",
  "GET /cluster/backup/{id} .all number",
  "GET /cluster/ha/rules/{rule} .nodes string",
  "GET /cluster/ha/status/manager_status .lrm_status.pve1.results.6OtG9yz5YCSxW1uAqVMC2w object",
  "GET /cluster/mapping/dir [] object",
  "GET /cluster/notifications/matchers/{name} .mode string",
  "GET /nodes/{node}/firewall/rules [] object",
  "GET /nodes/{node}/sdn/zones/{zone}/bridges [].ports[] object",
  "GET /nodes/{node}/subscription .message string",
]);

Deno.test("every collection answers its reads as a real cluster does", async () => {
  const client = new TestClient();
  const problems: string[] = [];
  let compared = 0;
  for (const operation of COLLECTIONS) {
    if (!realData(operation) || REFUSED.has(operation)) continue;
    if (EMPTY.some((pattern) => pattern.test(operation))) continue;
    const { path, params } = request(operation);
    problems.push(
      ...placesMissing(operation, [await client.data<unknown>(`GET ${path}`, params)])
        .map((place) => `${operation} ${place}`),
    );
    compared++;
  }
  assertEquals(problems.filter((problem) => !UNLIKE.has(problem)), []);
  assertEquals([...UNLIKE].filter((each) => !problems.includes(each)), [], "excused for nothing");
  assert(compared > 100, `${compared} answers`);
});

Deno.test("every collection answers its reads as the facts state", async () => {
  const client = new TestClient();
  const problems: string[] = [];
  let walked = 0;
  for (const operation of COLLECTIONS) {
    if (!operation.startsWith("GET ") || REFUSED.has(operation)) continue;
    if (EMPTY.some((pattern) => pattern.test(operation))) continue;
    const { path, params } = request(operation);
    const answer = await client.ask(`GET ${path}`, params);
    walked++;
    if (answer.status !== 200) problems.push(`${operation}: ${answer.status} ${answer.message}`);
    else {
      problems.push(
        ...returnDifferences(operation, answer.data).map((each) => `${operation} ${each}`),
      );
    }
  }
  assertEquals(problems, []);
  assert(walked > 150, `${walked} reads`);
});

Deno.test("every handler is for an operation of PVE", () => {
  const known = new Set<string>(operationNames());
  assertEquals([...allHandlers().keys()].filter((name) => !known.has(name)), []);
});
