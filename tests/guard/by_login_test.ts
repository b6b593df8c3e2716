import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { assertDone, assertFailed } from "../outcome.ts";
import { connect, declining, type Harness, type HarnessOptions } from "../harness.ts";

const LOGIN = { PASSWORD: "proxmox-demo" };
const WIPE = ["proxmox_node_disk_admin", {
  action: "wipe",
  node: "pve1",
  disk: "/dev/sde",
}] as const;

function accepting(questions: string[]): NonNullable<HarnessOptions["ask"]> {
  return (question) => {
    questions.push(question);
    return Promise.resolve("accept");
  };
}

/** Writes that arrived, with what proved who asked. */
function writes({ simulator }: Harness): string[] {
  return simulator.requests
    .filter(({ method, path }) => method !== "GET" && !path.endsWith("/access/ticket"))
    .map(({ method, path, headers }) =>
      `${method} ${path.replace("/api2/json", "")} by ${headers.cookie ? "login" : "token"}`
    );
}

Deno.test("what no token may is done as root@pam, after a question that says so", async () => {
  const questions: string[] = [];
  const file = await Deno.makeTempFile();
  await using harness = await connect({
    settings: { ...LOGIN, AUDIT_LOG: file },
    ask: accepting(questions),
  });
  const answer = await harness.call(...WIPE);
  assert(!answer.isError, answer.text);
  assertStringIncludes(questions.join(), "As root@pam, logged in with a password");
  assertStringIncludes(answer.text, "Sent as root@pam");
  assertEquals(writes(harness), ["PUT /nodes/pve1/disks/wipedisk by login"]);
  const lines = (await Deno.readTextFile(file)).trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ phase, as }) => [phase, as]), [
    ["before", "root@pam"],
    ["after", "root@pam"],
  ]);
  assert(!JSON.stringify([lines, answer, questions]).includes("proxmox-demo"));
  await Deno.remove(file);
});

Deno.test("all else is done by the token, and nobody logs in for it", async () => {
  await using harness = await connect({ settings: LOGIN });
  await harness.call("proxmox_guest_config_update", { vmid: 100, description: "Shop" });
  assertEquals(writes(harness), ["POST /nodes/pve1/qemu/100/config by token"]);
  assert(!harness.simulator.requests.some(({ path }) => path.endsWith("/access/ticket")));
});

Deno.test("a declined question sends nothing, and logs nobody in", async () => {
  const questions: string[] = [];
  await using harness = await connect({ settings: LOGIN, ask: declining(questions) });
  const answer = await harness.call(...WIPE);
  assert(answer.isError);
  assertEquals([questions.length, writes(harness)], [1, []]);
  assert(!harness.simulator.requests.some(({ path }) => path.endsWith("/access/ticket")));
});

for (const confirm of ["auto", "plan", "never"]) {
  Deno.test(`PROXMOX_CONFIRM=${confirm}: where nobody can be asked, the login waits for a code`, async () => {
    await using harness = await connect({ settings: { ...LOGIN, CONFIRM: confirm } });
    const first = await harness.call(...WIPE);
    assert(first.isError);
    assertStringIncludes(first.text, "As root@pam");
    assertEquals(writes(harness), []);
    const code = /confirm=(\S+)/.exec(first.text)?.[1];
    const [name, args] = WIPE;
    const second = await harness.call(name, { ...args, confirm: code });
    assert(!second.isError, second.text);
    assertEquals(writes(harness).length, 1);
  });
}

Deno.test("PROXMOX_CONFIRM=always refuses where nobody can be asked", async () => {
  await using harness = await connect({ settings: { ...LOGIN, CONFIRM: "always" } });
  assert((await harness.call(...WIPE)).isError);
  assertEquals(writes(harness), []);
});

Deno.test("a read that no token may make is elevated too, and refused by a server that only reads", async () => {
  const READ = ["proxmox_acme_account", { action: "get", name: "default" }] as const;
  await using basic = await connect({ settings: LOGIN, elevated: false });
  assertStringIncludes((await basic.call(...READ)).text, "elevated tier");
  await using reads = await connect({ settings: { ...LOGIN, READ_ONLY: "true" } });
  assertStringIncludes((await reads.call(...READ)).text, "this server only reads");
  const questions: string[] = [];
  await using elevated = await connect({ settings: LOGIN, ask: accepting(questions) });
  const answer = await elevated.call(...READ);
  assert(!answer.isError, answer.text);
  assertEquals(questions.length, 1);
});

/** Changes of guests that take root@pam, as a person asks for them. */
const GUESTS: readonly (readonly [string, Record<string, unknown>, what: string])[] = [
  ["proxmox_guest_config_update", { vmid: 100, args: "-no-hpet" }, "args"],
  ["proxmox_guest_config_update", { vmid: 200, features: "nesting=1,keyctl=1" }, "features"],
  ["proxmox_guest_config_update", { vmid: 200, mp5: "/srv/data,mp=/data" }, "mp5"],
  ["proxmox_guest_config_update", { vmid: 200, dev0: "/dev/net/tun" }, "dev0"],
  ["proxmox_guest_config_update", { vmid: 100, hostpci0: "0000:01:00.0" }, "hostpci0"],
  ["proxmox_guest_config_update", { vmid: 100, usb0: "host=1234:5678" }, "usb0"],
  [
    "proxmox_guest_config_update",
    { vmid: 100, hookscript: "local:snippets/web-init.yaml" },
    "hookscript",
  ],
];

for (const [name, args, what] of GUESTS) {
  Deno.test(`${what} is set as root@pam with a login, and refused in words without`, async () => {
    await using without = await connect();
    const refused = await without.call(name, args);
    assert(refused.isError, refused.text);
    assertStringIncludes(refused.text, "root@pam");
    assertStringIncludes(refused.text, "PROXMOX_PASSWORD_FILE");
    assertEquals(writes(without), []);
    const questions: string[] = [];
    await using harness = await connect({ settings: LOGIN, ask: accepting(questions) });
    const done = await harness.call(name, args);
    assert(!done.isError, done.text);
    assertStringIncludes(questions.join(), `for ${what}`);
    assertEquals(writes(harness).filter((each) => each.endsWith("by token")), []);
  });
}

const CONTAINER = {
  node: "pve1",
  vmid: 940,
  hostname: "new",
  ostemplate: "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst",
};
const TEMPLATE_PATH = "/var/lib/vz/template/cache/debian-12-standard_12.12-1_amd64.tar.zst";
const MACHINE = { node: "pve1", vmid: 940, name: "new" };

/** New guests that take root@pam, and an option that they then have. */
const NEW_GUESTS: readonly (readonly [
  string,
  Record<string, unknown>,
  what: string,
  has: readonly [string, string],
])[] = [
  [
    "proxmox_create_lxc",
    { ...CONTAINER, features: "nesting=1,keyctl=1,fuse=1,mount=nfs" },
    "features",
    ["features", "nesting=1,keyctl=1,fuse=1,mount=nfs"],
  ],
  [
    "proxmox_create_lxc",
    { ...CONTAINER, mp0: "/srv/data,mp=/data" },
    "mp0",
    ["mp0", "/srv/data,mp=/data"],
  ],
  [
    "proxmox_create_lxc",
    { ...CONTAINER, mp0: "/dev/sdb1,mp=/data" },
    "mp0",
    ["mp0", "/dev/sdb1,mp=/data"],
  ],
  ["proxmox_create_lxc", { ...CONTAINER, dev0: "/dev/net/tun" }, "dev0", ["dev0", "/dev/net/tun"]],
  [
    "proxmox_create_lxc",
    { ...CONTAINER, hookscript: "local:snippets/hook.pl" },
    "hookscript",
    ["hookscript", "local:snippets/hook.pl"],
  ],
  [
    "proxmox_create_lxc",
    { ...CONTAINER, ostemplate: TEMPLATE_PATH },
    "ostemplate",
    ["ostype", "debian"],
  ],
  [
    "proxmox_create_vm",
    { ...MACHINE, hostpci0: "0000:01:00.0" },
    "hostpci0",
    ["hostpci0", "0000:01:00.0"],
  ],
  ["proxmox_create_vm", { ...MACHINE, usb0: "host=1234:5678" }, "usb0", ["usb0", "host=1234:5678"]],
  [
    "proxmox_create_vm",
    { ...MACHINE, scsi1: "/dev/disk/by-id/ata-1" },
    "scsi1",
    ["scsi1", "/dev/disk/by-id/ata-1"],
  ],
  ["proxmox_create_vm", { ...MACHINE, args: "-no-hpet" }, "args", ["args", "-no-hpet"]],
];

for (const [name, args, what, [option, value]] of NEW_GUESTS) {
  Deno.test(`${name} with ${what}=${args[what]} is made as root@pam, and refused in words without`, async () => {
    await using without = await connect();
    const refused = await without.call(name, args);
    assertFailed(refused);
    assertStringIncludes(refused.text, "PROXMOX_PASSWORD_FILE");
    assertEquals(writes(without), []);
    const questions: string[] = [];
    await using harness = await connect({ settings: LOGIN, ask: accepting(questions) });
    assertDone(await harness.call(name, args));
    assertEquals(questions.length, 1);
    assertStringIncludes(questions.join(), `As root@pam, logged in with a password, for ${what}`);
    assertEquals(harness.simulator.cluster.guests.get(940)?.config[option], value);
    assertEquals(writes(harness).map((each) => each.split(" by ")[1]), ["login"]);
  });
}

for (const config of [{ hostpci0: "0000:01:00.0" }, { usb0: "host=1234:5678" }]) {
  const [what = ""] = Object.keys(config);
  const CLONE = ["proxmox_guest_clone", { vmid: 104, newid: 941 }] as const;

  Deno.test(`a clone takes ${what} of its source over as root@pam, and is refused in words without`, async () => {
    await using without = await connect();
    Object.assign(without.simulator.cluster.guests.get(104)!.config, config);
    const refused = await without.call(...CLONE);
    assertFailed(refused);
    assertStringIncludes(refused.text, `It is for "${what}"`);
    assertEquals(writes(without), []);
    await using harness = await connect({ settings: LOGIN, ask: accepting([]) });
    const source = harness.simulator.cluster.guests.get(104)!;
    Object.assign(source.config, config);
    assertDone(await harness.call(...CLONE));
    const clone = harness.simulator.cluster.guests.get(941)?.config ?? {};
    assertEquals(clone[what], source.config[what]);
    assertEquals(writes(harness).map((each) => each.split(" by ")[1]), ["login"]);
  });
}

/** Guests, and what of them nobody but root@pam restores. */
const BACKED_UP = [
  [104, { hostpci0: "0000:01:00.0" }, "hostpci0"],
  [104, { usb0: "host=1234:5678" }, "usb0"],
  [200, { mp3: "/srv/data,mp=/data" }, "mp3"],
] as const;

for (const [vmid, config, what] of BACKED_UP) {
  Deno.test(`a backup with ${what} of ${vmid} is restored as root@pam, and without a login not at all`, async () => {
    for (const settings of [LOGIN, {}]) {
      const questions: string[] = [];
      await using harness = await connect({ settings, ask: accepting(questions) });
      const { guests } = harness.simulator.cluster;
      Object.assign(guests.get(vmid)!.config, config);
      const { node } = guests.get(vmid)!;
      const backup = { action: "create", vmid, storage: "nas" };
      assertDone(await harness.call("proxmox_backup", backup));
      const { data } = await harness.services.pve.request(
        "GET /nodes/{node}/storage/{storage}/content",
        { node, storage: "nas", vmid },
      );
      const archive = (data as readonly { readonly volid: string }[]).at(-1)?.volid;
      const args = { action: "restore", node, vmid: 942, archive, storage: "local-lvm" };
      const answer = await harness.call("proxmox_backup", args);
      if (settings !== LOGIN) {
        assertFailed(answer);
        assertMatch(answer.text, /only root|possible for root/);
        continue;
      }
      assertDone(answer);
      assertStringIncludes(questions.join(), `for ${what}`);
      assertEquals(guests.get(942)?.config[what], guests.get(vmid)!.config[what]);
      assertEquals(writes(harness).at(-1)?.split(" by ")[1], "login");
    }
  });
}

Deno.test("a login in place of a token does all, and asks for what no token may alone", async () => {
  const questions: string[] = [];
  await using harness = await connect({
    token: "none",
    settings: LOGIN,
    ask: accepting(questions),
  });
  const plain = await harness.call("proxmox_guest_config_update", { vmid: 100, description: "x" });
  assert(!plain.isError, plain.text);
  assertEquals(questions, []);
  assert(!(await harness.call(...WIPE)).isError);
  assertEquals(questions.length, 1);
  assertEquals(writes(harness).filter((each) => each.endsWith("by token")), []);
});

Deno.test("a login of another user does not try what is root@pam's alone", async () => {
  await using harness = await connect({ settings: { ...LOGIN, LOGIN_USER: "alice@pve" } });
  const answer = await harness.call(...WIPE);
  assertStringIncludes(answer.text, "This server logs in as alice@pve");
  assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
});

Deno.test("a login that fails sends nothing, and says so", async () => {
  const file = await Deno.makeTempFile();
  await using harness = await connect({
    settings: { PASSWORD: "wrong-password", AUDIT_LOG: file },
    ask: accepting([]),
  });
  for (const words of ["did not let root@pam log in", "not tried again for"]) {
    const { text } = await harness.call(...WIPE);
    assertStringIncludes(text, words);
    assertStringIncludes(text, "The request was not sent");
    assert(!text.includes("wrong-password"));
  }
  assertEquals(writes(harness), []);
  const audit = await Deno.readTextFile(file);
  assertStringIncludes(audit, "did not let root@pam log in");
  assert(!audit.includes("wrong-password"));
  await Deno.remove(file);
});
