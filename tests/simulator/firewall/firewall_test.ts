import { assertEquals, assertNotEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

const PLACES = [
  "/cluster/firewall/rules",
  "/cluster/firewall/groups/webserver",
  "/nodes/pve1/firewall/rules",
  "/nodes/pve1/qemu/100/firewall/rules",
  "/nodes/pve1/lxc/200/firewall/rules",
];

for (const path of PLACES) {
  Deno.test(`${path}: rules are inserted first, moved, changed and removed`, async () => {
    const client = new TestClient();
    const before = (await client.data<Row[]>(`GET ${path}`)).length;
    await client.data(`POST ${path}`, { type: "in", action: "ACCEPT", macro: "https" });
    await client.data(`POST ${path}`, {
      type: "in",
      action: "DROP",
      proto: "tcp",
      dport: "23",
      source: "198.51.100.9",
      enable: 1,
    });
    const rules = await client.data<Row[]>(`GET ${path}`);
    assertEquals(rules.length, before + 2);
    const [first, second] = rules;
    const { digest, ...shown } = first ?? {};
    assertEquals(shown, {
      type: "in",
      action: "DROP",
      proto: "tcp",
      dport: "23",
      source: "198.51.100.9",
      enable: 1,
      ipversion: 4,
      pos: 0,
    });
    assertEquals([second?.macro, second?.enable, second?.pos], ["HTTPS", 0, 1]);

    const one = await client.data(`GET ${path}/1`);
    assertEquals([one.pos, one.digest], ["1", digest]);
    await client.data(`PUT ${path}/0`, { moveto: 2 });
    assertEquals((await client.data(`GET ${path}/0`)).macro, "HTTPS");
    const stale = await client.ask(`PUT ${path}/0`, { enable: 1, digest: String(digest) });
    assertEquals(
      stale.message,
      "detected modified configuration - file changed by other user? Try again.\n",
    );
    await client.data(`PUT ${path}/0`, { enable: 1, comment: "Web" });
    await client.data(`PUT ${path}/0`, { delete: "comment" });
    const changed = await client.data(`GET ${path}/0`);
    assertEquals([changed.enable, changed.comment], [1, undefined]);
    await client.data(`DELETE ${path}/0`);
    await client.data(`DELETE ${path}/0`);
    assertEquals((await client.data<Row[]>(`GET ${path}`)).length, before);
    const beyond = await client.ask(`GET ${path}/99`);
    assertEquals([beyond.status, beyond.message], [500, "no rule at position 99\n"]);
  });
}

Deno.test("a rule that makes no sense is refused per parameter", async () => {
  const client = new TestClient();
  const refused = async (form: Record<string, string>): Promise<unknown> =>
    (await client.ask("POST /nodes/pve1/qemu/100/firewall/rules", {
      type: "in",
      action: "ACCEPT",
      ...form,
    })).errors;
  assertEquals(await refused({ macro: "Nonsense" }), { macro: "unknown macro 'Nonsense'" });
  assertEquals(await refused({ dport: "80" }), {
    proto: "missing property - 'dport' requires this property",
  });
  assertEquals(await refused({ iface: "eth0" }), {
    iface: "value does not match the regex pattern 'net\\d+'",
  });
  assertEquals(await refused({ source: "nobody" }), { source: "no such alias 'nobody'" });
  assertEquals(await refused({ source: "+nothing" }), { source: "no such ipset 'nothing'" });
  assertEquals(await refused({ source: "dc/office" }), undefined);
});

Deno.test("a security group is made, renamed, commented, and deleted when it is empty", async () => {
  const client = new TestClient();
  await client.data("POST /cluster/firewall/groups", { group: "mail", comment: "SMTP" });
  const taken = await client.ask("POST /cluster/firewall/groups", { group: "mail" });
  assertEquals(taken.errors, { group: "Security group 'mail' already exists" });
  await client.data("POST /cluster/firewall/groups/mail", {
    type: "in",
    action: "ACCEPT",
    macro: "SMTP",
  });
  await client.data("POST /cluster/firewall/groups", { group: "smtp", rename: "mail" });
  await client.data("POST /cluster/firewall/groups", {
    group: "smtp",
    rename: "smtp",
    comment: "Mail in",
  });
  const groups = await client.data<Row[]>("GET /cluster/firewall/groups");
  assertEquals(groups.map(({ group, comment }) => [group, comment]), [
    ["webserver", "HTTP and HTTPS from anywhere"],
    ["smtp", "Mail in"],
  ]);
  const full = await client.ask("DELETE /cluster/firewall/groups/smtp");
  assertEquals(full.message, "Security group 'smtp' is not empty\n");
  await client.data("DELETE /cluster/firewall/groups/smtp/0");
  await client.data("DELETE /cluster/firewall/groups/smtp");
  const gone = await client.ask("GET /cluster/firewall/groups/smtp");
  assertEquals(gone.message, "no such security group 'smtp'\n");
});

for (const base of ["/cluster/firewall", "/nodes/pve2/qemu/101/firewall"]) {
  Deno.test(`${base}: aliases and IP sets are made, changed and removed`, async () => {
    const client = new TestClient();
    await client.data(`POST ${base}/aliases`, { name: "Branch", cidr: "203.0.113.0/24" });
    const taken = await client.ask(`POST ${base}/aliases`, { name: "branch", cidr: "192.0.2.1" });
    assertEquals(taken.errors, { name: "alias 'branch' already exists" });
    await client.data(`PUT ${base}/aliases/branch`, { cidr: "203.0.113.0/25", rename: "Shop" });
    assertEquals(await client.data(`GET ${base}/aliases/shop`), {
      name: "Shop",
      cidr: "203.0.113.0/25",
      ipversion: 4,
    });

    await client.data(`POST ${base}/ipset`, { name: "blocked", comment: "Bad guests" });
    await client.data(`POST ${base}/ipset/blocked`, { cidr: "198.51.100.66/32", comment: "Noise" });
    const twice = await client.ask(`POST ${base}/ipset/blocked`, { cidr: "198.51.100.66" });
    assertEquals(twice.errors, { cidr: "address '198.51.100.66' already exists" });
    await client.data(`PUT ${base}/ipset/blocked/198.51.100.66`, { nomatch: 1 });
    const entry = await client.data(`GET ${base}/ipset/blocked/198.51.100.66`);
    // What an update does not give is taken away: PVE::API2::Firewall::IPSet.
    assertEquals([entry.cidr, entry.nomatch, entry.comment], ["198.51.100.66", 1, undefined]);
    const refs = await client.data<Row[]>(`GET ${base}/refs`, { type: "ipset" });
    assertEquals(refs.some(({ ref }) => ref === "+blocked"), true);
    const full = await client.ask(`DELETE ${base}/ipset/blocked`);
    assertEquals(full.message, "IPSet 'blocked' is not empty\n");
    await client.data(`DELETE ${base}/ipset/blocked/198.51.100.66`);
    await client.data(`DELETE ${base}/ipset/blocked`);
    assertEquals(
      (await client.ask(`GET ${base}/ipset/blocked`)).message,
      "no such IPSet 'blocked'\n",
    );
    await client.data(`DELETE ${base}/aliases/shop`);
    assertEquals((await client.ask(`GET ${base}/aliases/shop`)).errors, { name: "no such alias" });
  });
}

Deno.test("firewall options are set, unset and guarded by their digest", async () => {
  const client = new TestClient();
  for (
    const base of ["/cluster/firewall", "/nodes/pve1/firewall", "/nodes/pve1/lxc/200/firewall"]
  ) {
    const before = await client.data(`GET ${base}/options`);
    const key = base === "/cluster/firewall" ? "policy_forward" : "log_level_in";
    const value = base === "/cluster/firewall" ? "DROP" : "info";
    await client.data(`PUT ${base}/options`, { [key]: value, digest: String(before.digest) });
    const after = await client.data(`GET ${base}/options`);
    assertEquals(after[key], value);
    assertNotEquals(after.digest, before.digest);
    const stale = await client.ask(`PUT ${base}/options`, {
      enable: 0,
      digest: String(before.digest),
    });
    assertEquals(stale.status, 500);
    await client.data(`PUT ${base}/options`, { delete: key });
    assertEquals((await client.data(`GET ${base}/options`))[key], undefined);
  }
});
