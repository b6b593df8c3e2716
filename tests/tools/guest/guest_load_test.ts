/** Load is told as what it is: shares of a guest's own cores, totals since its start, and rates. */
import { assert, assertEquals } from "../../assert.ts";
import { connect, rowsOf } from "../../harness.ts";
import { testSteps } from "../steps.ts";

const TOOL = "proxmox_guest_list";

Deno.test("25 % of 2 cores are less than 19 % of 4: cpu_used sorts by cores", async () => {
  await using harness = await connect();
  const answer = await harness.call(TOOL, {
    sort: "-cpu_used",
    fields: "name,cpu,maxcpu,cpu_used",
  });
  const rows = rowsOf(answer) as { name: string; cpu: number; maxcpu: number; cpu_used: number }[];
  const used = rows.map((row) => row.cpu_used).filter((each) => each !== null);
  assertEquals(used, used.toSorted((one, other) => other - one));
  for (const { cpu, maxcpu, cpu_used } of rows) {
    if (cpu_used !== null) assertEquals(cpu_used, cpu * maxcpu);
  }
  const place = (name: string): number => rows.findIndex((row) => row.name === name);
  const load = (name: string): number => rows[place(name)]?.cpu ?? 0;
  assert(load("monitoring") > load("db01") && place("monitoring") > place("db01"), answer.text);
  assertEquals((answer.structured.units as Record<string, string>).cpu_used, "cores");
});

testSteps("who goes by cpu or by counters is told what they are", TOOL, [
  {
    call: { sort: "-cpu" },
    says: ["cpu is a share of each guest's own maxcpu; cpu_used is the cores in use"],
  },
  { call: { sort: "-cpu_used" }, hides: ["cpu is a share"] },
  { call: {}, hides: ["cpu is a share", "cpu_used", "totals since"] },
  {
    call: { fields: "name,netin,diskwrite" },
    says: ["netin, diskwrite: totals since each guest's start; netin_rate is per second"],
  },
  {
    call: { filter: "cpu_used>1", fields: "name" },
    rows: [{ name: "db01" }],
    noRows: [{ name: "web01" }],
  },
]);

Deno.test("the current rates of all guests of a node are one call", async () => {
  await using harness = await connect();
  const { simulator, services } = harness;
  const before = simulator.requests.length;
  const answer = await harness.call(TOOL, {
    node: "pve1",
    sort: "-netin_rate",
    fields: "vmid,status,netin_rate,diskwrite_rate",
  });
  const rows = rowsOf(answer) as { vmid: number; status: string; netin_rate: number | null }[];
  const running = rows.filter(({ status }) => status === "running");
  const asked = simulator.requests.slice(before).filter(({ path }) => path.endsWith("/rrddata"));
  assertEquals(asked.length, running.length, "guests that are off are not asked");
  const { data } = await services.pve.request("GET /nodes/{node}/qemu/{vmid}/rrddata", {
    node: "pve1",
    vmid: 100,
    timeframe: "hour",
  });
  const last = (data as { time: number; netin?: number }[]).filter(({ netin }) => netin)
    .toSorted((one, other) => other.time - one.time)[0];
  assertEquals(rows.find(({ vmid }) => vmid === 100)?.netin_rate, last?.netin);
  const rates = running.map(({ netin_rate }) => Number(netin_rate));
  assertEquals(rates, rates.toSorted((one, other) => other - one));
  assertEquals((answer.structured.units as Record<string, string>).netin_rate, "B/s");
});

Deno.test("rates take a filter with their unit, and add up by node", async () => {
  await using harness = await connect();
  const answer = await harness.call(TOOL, { filter: "netin_rate>20KiB/s", fields: "vmid" });
  assert(rowsOf(answer).some(({ vmid }) => vmid === 100), answer.text);
  assert(rowsOf(answer).every(({ vmid }) => vmid !== 202), answer.text);
  const groups = await harness.call(TOOL, { group: "node", sort: "-cpu_used" });
  const [first] = rowsOf(groups);
  assertEquals(first?.node, "pve2", groups.text);
});

testSteps("the status of one guest says so, too", "proxmox_guest_status", [
  {
    call: { vmid: "web01" },
    says: [
      "cpu is a share of its 4 cores",
      "totals since its start: proxmox_guest_rrddata has rates",
    ],
  },
  { call: { vmid: "proxy01" }, hides: ["totals since"] },
  {
    call: { vmid: "fileserver" },
    says: ["It is locked (backup)", "qm unlock 108"],
  },
]);
