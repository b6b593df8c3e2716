/** proxmox_guest_migrate to a node of another cluster of the same server. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { blocksOf } from "../../docs/calls.ts";
import { pveumCalls, runPveum } from "../../docs/pveum.ts";
import { connect, type HarnessOptions, rowsOf } from "../../harness.ts";
import { changesOf, connectSites, type Several } from "../../several.ts";
import { assertDenied, assertDone, assertFailed, hasData } from "../../outcome.ts";

const MIGRATE = "proxmox_guest_migrate";
/** On a storage of the same name, a VM without HA that runs. */
const GITLAB = { vmid: "gitlab", target: "branch/pve1" };

function yes(questions: string[]): NonNullable<HarnessOptions["ask"]> {
  return (question) => {
    questions.push(question);
    return Promise.resolve("accept");
  };
}

/** The requests that change something, of all clusters. */
function changes(harness: Several): string[] {
  return Object.keys(harness.clusters).flatMap((name) =>
    changesOf(harness, name).map((change) => `${name} ${change}`)
  );
}

Deno.test("a running VM moves to another cluster, and is kept here stopped and locked", async () => {
  const questions: string[] = [];
  await using harness = await connectSites({}, { ask: yes(questions) });
  const answer = await harness.call(MIGRATE, { ...GITLAB, "target-vmid": 504 });
  assertDone(answer, /^gitlab \(104\) is 504 on pve1 in the cluster branch$/);
  assert(
    hasData(answer, { cluster: "branch", node: "pve1", vmid: 504, status: "running" }),
    answer.text,
  );
  assertStringIncludes(answer.text, "gitlab (104) is stopped in the cluster home, on pve3");
  assertStringIncludes(answer.text, "qm unlock 104");
  assertEquals(changes(harness), [
    "home POST /nodes/pve3/qemu/104/remote_migrate",
  ]);
  const [question = ""] = questions;
  assertStringIncludes(question, "target=branch/pve1");
  assertMatch(question, /gitlab/);
});

Deno.test("with delete the guest goes from here, which is confirmed for both sides", async () => {
  const questions: string[] = [];
  await using harness = await connectSites({}, { ask: yes(questions) });
  const answer = await harness.call(MIGRATE, {
    vmid: "monitoring",
    target: "lab/lab2",
    restart: true,
    delete: true,
    "target-storage": "tank:fast",
  });
  assertDone(answer, /^monitoring \(203\) is on lab2 in the cluster lab$/);
  assertStringIncludes(answer.text, "is no longer in the cluster home");
  const [question = ""] = questions;
  for (const part of ["the guest in this cluster", "monitoring", "lab/lab2", "delete=1"]) {
    assertStringIncludes(question, part);
  }
  assertEquals(harness.clusters.home!.simulator.cluster.guests.has(203), false);
  const arrived = harness.clusters.lab!.simulator.cluster.guests.get(203);
  assertEquals([arrived?.node, arrived?.status], ["lab2", "running"]);
});

Deno.test("what was agreed to for one address is not sent to another", async () => {
  await using harness: Several = await connectSites({}, {
    ask: () => {
      const { cluster } = harness.clusters.lab!.simulator;
      Object.assign(cluster, { site: { ...cluster.site, network: "203.0.113" } });
      return Promise.resolve("accept");
    },
  });
  const args = { "target-storage": "tank:fast", restart: true, delete: true };
  const answer = await harness.call(MIGRATE, { vmid: "monitoring", target: "lab/lab2", ...args });
  assertFailed(answer, /was not done/, /not what was confirmed/);
  assertEquals(changes(harness), []);
});

Deno.test("the token of the target is in the one request, and nowhere else", async () => {
  const secret = "deadbeef-dead-4bee-8dea-deadbeefdead";
  const audit = await Deno.makeTempFile();
  const questions: string[] = [];
  const settings = {
    home: { AUDIT_LOG: audit },
    branch: { MIGRATE_TOKEN: "root@pam!in", MIGRATE_TOKEN_VALUE: secret },
  };
  try {
    await using harness = await connectSites(settings, { ask: yes(questions) });
    const { cluster, tokens, requests } = harness.clusters.branch!.simulator;
    cluster.table("access.tokens").set("root@pam!in", {
      userid: "root@pam",
      tokenid: "in",
      secret,
      expire: 0,
      privsep: 0,
    });
    const dry = await harness.call(MIGRATE, { ...GITLAB, dry_run: true });
    const done = await harness.call(MIGRATE, GITLAB);
    assertDone(done, /is on pve1/);
    const told = [dry.text, JSON.stringify(dry), done.text, JSON.stringify(done), ...questions]
      .concat(await Deno.readTextFile(audit));
    for (const text of told) {
      assertEquals(text.includes(secret), false, text);
      assertEquals(text.includes(tokens.full.secret), false, text);
    }
    assertStringIncludes(dry.text, "apitoken=[masked]");
    const home = harness.clusters.home!.simulator.requests;
    const having = home.filter(({ body, query, headers }) =>
      [body, query, JSON.stringify(headers)].some((text) => text.includes(secret))
    );
    assertEquals(having.map(({ path }) => path), [
      "/api2/json/nodes/pve3/qemu/104/remote_migrate",
    ]);
    assertEquals(
      home.some((request) => JSON.stringify(request).includes(tokens.full.secret)),
      false,
      "the server's own token of the target is sent to no other cluster",
    );
    assertEquals(
      requests.every(({ headers }) => headers.authorization?.includes(tokens.full.secret)),
      true,
      "the target is asked with its own token",
    );
  } finally {
    await Deno.remove(audit);
  }
});

Deno.test("the token that docs/security.md grants is enough, and what it lacks is told", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/security.md", import.meta.url));
  const [block] = blocksOf(page).filter(({ text }) => text.includes("migrate@pve in"));
  const secret = "deadbeef-dead-4bee-8dea-deadbeefdead";
  const token = { MIGRATE_TOKEN: "migrate@pve!in", MIGRATE_TOKEN_VALUE: secret };
  await using harness = await connectSites({ branch: token });
  const { services, simulator } = harness.clusters.branch!;
  await runPveum(services.pve, pveumCalls(block?.text ?? ""));
  const made = simulator.cluster.table("access.tokens").get("migrate@pve!in");
  assert(made);
  made.secret = secret;
  assertDone(await harness.call(MIGRATE, GITLAB), /is on pve1/);

  simulator.cluster.table("access.acl").delete("/sdn/zones");
  const { text } = await harness.call(MIGRATE, { vmid: "win11-test", target: "branch/pve1" });
  assertStringIncludes(text, "It has snapshots");
  assertDone(
    await harness.call("proxmox_guest_snapshot", {
      action: "delete",
      vmid: "win11-test",
      snapname: "clean",
    }),
  );
  const answer = await harness.call(MIGRATE, { vmid: "win11-test", target: "branch/pve1" });
  assertFailed(answer);
  assertStringIncludes(answer.text, "/sdn/zones/localnetwork/vmbr0, SDN.Use");
});

Deno.test("a dry run tells the request to each side, and changes nothing", async () => {
  await using harness = await connectSites();
  const { text } = await harness.call(MIGRATE, { ...GITLAB, dry_run: true });
  assertStringIncludes(text, "POST /nodes/pve3/qemu/104/remote_migrate");
  assertStringIncludes(text, "target-storage=local-lvm:local-lvm");
  assertStringIncludes(text, "the running guest here");
  assertEquals(changes(harness), []);
});

Deno.test("without a token for it nothing moves, and no other token is sent", async () => {
  await using harness = await connectSites({
    branch: { MIGRATE_TOKEN: "", MIGRATE_TOKEN_VALUE: "" },
  });
  const answer = await harness.call(MIGRATE, GITLAB);
  assertDenied(answer, /^Cannot migrate to the cluster branch$/);
  assertStringIncludes(answer.text, "this server's own is not sent there");
  assertStringIncludes(answer.text, "PROXMOX_BRANCH_MIGRATE_TOKEN");
  assertEquals(changes(harness), []);
});

Deno.test("all that stands against it is told at once, before anything moves", async () => {
  await using harness = await connectSites();
  const move = async (args: Readonly<Record<string, unknown>>): Promise<string> => {
    const answer = await harness.call(MIGRATE, args);
    assertFailed(answer);
    return answer.text;
  };
  const web = await move({
    vmid: "home/100",
    target: "branch/pve1",
    "target-bridge": "vmbr0:vmbr7",
  });
  for (
    const reason of [
      "The number 100 is taken in branch: target-vmid=102 is free",
      'pve1 has no storage "ceph-vm"; target-storage names another: local-lvm',
      'pve1 has no bridge "vmbr7"; target-bridge names another: ',
      "HA manages it",
    ]
  ) assertStringIncludes(web, reason);
  const db = await move({ vmid: "db02", target: "lab/lab1", "target-storage": "tank:local" });
  assertStringIncludes(db, "It runs on 9.2, and lab has 8.4");
  assertStringIncludes(db, "The replication job 103-0 is for it");
  assertStringIncludes(db, "The storage local of lab1 takes no images");
  const live = await move({ ...GITLAB, online: false });
  assertStringIncludes(live, "It runs, and moves live alone");
  for (const how of [{}, { online: true }]) {
    const mail = await move({ vmid: "mail01", target: "lab/lab1", ...how });
    assertStringIncludes(mail, "It has snapshots, which do not move to another cluster: monday");
    assertStringIncludes(mail, "restart=true stops it");
  }
  assertStringIncludes(
    await move({ vmid: "gitlab", target: "lab/pve9" }),
    'lab has no node "pve9": lab1, lab2',
  );
  const { storages } = harness.clusters.branch!.simulator.cluster;
  storages.capacity.set("local-lvm", { total: 1024 ** 3, other: 0 });
  assertStringIncludes(await move(GITLAB), "The storage local-lvm of pve1 has ");
  assertEquals(changes(harness), []);
});

Deno.test("devices and images that stay here keep a VM here", async () => {
  await using harness = await connectSites();
  const guest = harness.clusters.home!.simulator.cluster.guests.get(104);
  assert(guest);
  guest.config.hostpci0 = "0000:01:00.0";
  guest.config.ide2 = "local:iso/debian-13.2.0-amd64-netinst.iso,media=cdrom";
  const { text } = await harness.call(MIGRATE, GITLAB);
  assertStringIncludes(text, "It uses what only its node has: hostpci0");
  assertStringIncludes(text, "is in a CD drive: eject it first");
});

Deno.test("the settings and the protection of both sides hold", async () => {
  for (
    const [settings, reason] of [
      [
        { branch: { ALLOW_ELEVATED: "false" } },
        /branch allows no changes: .* PROXMOX_BRANCH_ALLOW_ELEVATED=true/,
      ],
      [{ branch: { READ_ONLY: "true" } }, /PROXMOX_READ_ONLY holds for branch/],
      [{ home: { PROTECT: "gitlab" } }, /is protected/],
    ] as const
  ) {
    await using harness = await connectSites(settings);
    const answer = await harness.call(MIGRATE, GITLAB);
    assertEquals(answer.isError, true, JSON.stringify(settings));
    assertMatch(answer.text, reason);
    assertEquals(changes(harness), []);
  }
});

Deno.test("a node is named with its own cluster in front of it, or a cluster alone", async () => {
  await using harness = await connectSites();
  const own = await harness.call(MIGRATE, { vmid: "db01", target: "HOME/pve3" });
  assertDone(own, /^db01 \(102\) is on pve3$/);
  const alone = await harness.call(MIGRATE, { vmid: "gitlab", target: "branch" });
  assertDone(alone, /^gitlab \(104\) is on pve1 in the cluster branch$/);
});

Deno.test("a move that fails says where the guest is on both sides", async () => {
  await using harness = await connectSites();
  harness.clusters.home!.simulator.faults.add({
    kind: "task-fails",
    message: "migration aborted",
    type: "qmigrate",
  });
  const answer = await harness.call(MIGRATE, GITLAB);
  assertFailed(answer);
  assertStringIncludes(answer.text, "migration aborted");
  assertStringIncludes(answer.text, "It is not on pve1 in the cluster branch");
  assertStringIncludes(answer.text, "gitlab (104) is running in the cluster home");
});

Deno.test("a server of one cluster has no other to move to", async () => {
  await using harness = await connect();
  const answer = await harness.call(MIGRATE, { vmid: "gitlab", target: "lab/lab1" });
  assertFailed(answer);
  assertStringIncludes(answer.text, 'There is no node "lab/lab1"');
});

Deno.test("a cluster that is not there is said to be none, not a node", async () => {
  await using harness = await connectSites();
  const answer = await harness.call(MIGRATE, { vmid: "gitlab", target: "brnch/pve1" });
  assertFailed(answer, /Cannot migrate/, /There is no cluster "brnch", but branch, home/);
});

Deno.test("a dry run tells each thing that stands against a move by itself", async () => {
  await using harness = await connectSites();
  const plan = { vmid: "home/web02", target: "branch/pve1", dry_run: true };
  const answer = await harness.call(MIGRATE, plan);
  assertDone(answer, /: 3 things stop it$/);
  assertEquals(
    rowsOf(answer).map(({ what }) => String(what).split(" ").slice(0, 3).join(" ")),
    ["The number 101", "pve1 has no", "HA manages it:"],
  );
});

Deno.test("a dry run names the setting that the cluster of the call lacks", async () => {
  await using harness = await connectSites({ home: { ALLOW_ELEVATED: "false" } });
  const answer = await harness.call(MIGRATE, { ...GITLAB, dry_run: true });
  assertEquals(rowsOf(answer)[0]?.from, "PROXMOX_HOME_ALLOW_ELEVATED");
});

Deno.test("a folder that all nodes share, mounted in a container, takes no storage there", async () => {
  await using harness = await connectSites();
  const guest = harness.clusters.home!.simulator.cluster.guests.get(203);
  assert(guest);
  guest.config.mp0 = "/mnt/shared,mp=/data,shared=1";
  const plan = { vmid: "monitoring", target: "lab/lab2", restart: true, dry_run: true };
  const { text } = await harness.call(MIGRATE, { ...plan, "target-storage": "tank:fast" });
  assertEquals(text.includes("/mnt/share"), false, text);
});

Deno.test("what cannot be read after a move is not said to be gone", async () => {
  await using harness = await connectSites();
  const { home, branch } = harness.clusters;
  home!.simulator.faults.add({ kind: "task-fails", message: "aborted", type: "qmigrate" });
  const match = { path: "/qemu/504/status/current" };
  branch!.simulator.faults.add({ kind: "status", status: 595, match });
  const answer = await harness.call(MIGRATE, { ...GITLAB, "target-vmid": 504 });
  assertFailed(answer);
  assertStringIncludes(
    answer.text,
    "Whether it is on pve1 in the cluster branch could not be read",
  );
  assertStringIncludes(answer.text, "gitlab (104) is running in the cluster home");
});
