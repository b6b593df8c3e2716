/** Whatever is there from the beginning speaks of guests that its own cluster has. */
import { operationNames, pathParams } from "../../../src/pve/api.ts";
import { type SiteName, SITES } from "../../../src/simulator/seed/sites.ts";
import { assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Readonly<Record<string, unknown>>;

/** Fields that hold numbers of guests. */
const FIELDS = /^(?:vmid|vms|guest|exclude|members)$/;
/** How texts name guests: HA, the ACL, lists of resources, logs, tasks. */
const WORDS = [
  /\b(?:vm|ct):(\d+)\b/g,
  /\/vms\/(\d+)\b/g,
  /\b(?:qemu|lxc)\/(\d+)\b/g,
  /\b(?:VM|CT) (\d+)\b/g,
  /^UPID:(?:[^:]*:){4}(?:qm|vz|vnc)\w*:(\d+):/g,
];

/** Numbers of the guests that an answer speaks of. */
function spokenOf(value: unknown, field = ""): number[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, each]) =>
      spokenOf(each, Array.isArray(value) ? field : name)
    );
  }
  const text = String(value ?? "");
  const inField = FIELDS.test(field) ? text.match(/\b\d{3,}\b/g) ?? [] : [];
  const inText = WORDS.flatMap((word) => [...text.matchAll(word)].map(([, number]) => number));
  return [...inField, ...inText].map(Number);
}

/** Requests for all that can be read of a cluster, logs of its tasks and its volumes included. */
async function* requestsOf(client: TestClient): AsyncGenerator<string> {
  const nodes = client.simulator.cluster.nodeNames();
  for (const operation of operationNames()) {
    const params = pathParams(operation);
    if (!operation.startsWith("GET ") || params.some((name) => name !== "node")) continue;
    yield* params.length === 0
      ? [operation]
      : nodes.map((node) => operation.replace("{node}", node));
  }
  for (const { node, upid } of await client.data<Row[]>("GET /cluster/tasks")) {
    yield `GET /nodes/${node}/tasks/${upid}/log`;
  }
  for (const { id } of await client.data<Row[]>("GET /cluster/resources?type=storage")) {
    const [, node, storage] = String(id).split("/");
    yield `GET /nodes/${node}/storage/${storage}/content`;
  }
  for (const { poolid } of await client.data<Row[]>("GET /pools")) yield `GET /pools/${poolid}`;
}

for (const site of Object.keys(SITES) as SiteName[]) {
  Deno.test(`tasks, backups, HA, replication, pools, rights and firewalls of the site ${site} speak of its own guests`, async () => {
    const client = new TestClient({ site });
    const there = new Set(client.simulator.cluster.guests.keys());
    const strangers = new Map<string, number[]>();
    const seen = new Set<number>();
    for await (const request of requestsOf(client)) {
      const { status, data } = await client.ask(request);
      if (status !== 200) continue;
      const numbers = [...new Set(spokenOf(data))];
      numbers.forEach((number) => seen.add(number));
      const absent = numbers.filter((each) => !there.has(each));
      if (absent.length > 0) strangers.set(request, absent);
    }
    assertEquals([...strangers], []);
    assertEquals([...there].filter((vmid) => !seen.has(vmid)), [], "all are spoken of");
    for (const table of ["firewall.rules", "firewall.options"] as const) {
      const places = [...client.simulator.cluster.table(table).keys()];
      const guests = places.flatMap((place) => /^guest\/(\d+)$/.exec(place)?.[1] ?? []);
      assertEquals(guests.filter((vmid) => !there.has(Number(vmid))), [], table);
    }
  });
}
