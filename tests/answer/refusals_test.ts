/** What refusals of Proxmox VE are told as: what they are, and what to do. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { assertDone, assertFailed } from "../outcome.ts";
import { walk } from "../tools/steps.ts";

const MATCH = { method: "PUT", path: "/lxc/200/config" };
const CHANGE = { vmid: 200, config: { onboot: true } };

/** What a change is answered that Proxmox VE refuses in these words. */
async function answerTo(status: number, message: string): Promise<string> {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "status", status, message, match: MATCH });
  const answer = await harness.call("proxmox_guest_config_update", CHANGE);
  assertFailed(answer);
  return answer.text;
}

Deno.test("what root@pam alone may do is no privilege to grant", async () => {
  const refusals: readonly (readonly [message: string, told: RegExp])[] = [
    ["mount point type bind is only allowed for root@pam", /name a volume, STORAGE:SIZE/],
    ["configuring device passthrough is only allowed for root@pam", /whatever its privileges/],
    ["Permission check failed (user != root@pam)", /whatever its privileges/],
    ["Only root can pass arbitrary filesystem paths.", /name a volume, STORAGE:SIZE/],
    ["only root can set 'hostpci0' config for non-mapped devices", /mapping=NAME, for PCI and USB/],
    ["only root can set 'usb0' config for real devices", /mapping=NAME, for PCI and USB/],
    ["only root can set 'args' config", /root@pam/],
  ];
  for (const [message, told] of refusals) {
    for (const status of [403, 500]) {
      const text = await answerTo(status, message);
      assertMatch(text, told);
      assertMatch(text, /No API token may/);
      assert(!/Grant it|lacks/.test(text), text);
    }
  }
});

Deno.test("what only root@pam hands through is told so over the embedded cluster", async () => {
  await using harness = await connect();
  const usb = { vmid: 105, config: { usb0: "host=1234:5678" } };
  const refused = await harness.call("proxmox_guest_config_update", usb);
  assertMatch(refused.text, /mapping=NAME, for PCI and USB/);
});

Deno.test("words that do not say what to do are explained", async () => {
  const words: readonly (readonly [message: string, told: RegExp])[] = [
    ["Agent error: The command guest-exec has been disabled for this instance", /block-rpcs/],
    ["cluster not ready - no quorum?", /action=status shows which are offline/],
    ["No such timezone: Mars/Base", /Europe\/Berlin/],
  ];
  for (const [message, told] of words) assertMatch(await answerTo(500, message), told);
});

Deno.test("a value that has a form of its own is told that form", async () => {
  await using harness = await connect();
  await walk(harness, "proxmox_guest_config_update", [
    {
      call: { vmid: 105, config: { smbios1: "serial=ABC 123" } },
      fails: true,
      says: ["base64=1,serial="],
      sends: "",
    },
    {
      call: { vmid: 200, config: { timezone: "Mars/Base" } },
      fails: true,
      says: ["Europe/Berlin"],
      sends: "",
    },
  ]);
});

Deno.test("a checksum may name its algorithm", async () => {
  await using harness = await connect();
  const sum = "a".repeat(64);
  const call = { action: "download_url", storage: "local", node: "pve1", content: "iso" };
  const url = "https://example.com/images/alpine.iso";
  await walk(harness, "proxmox_storage_content", [
    {
      call: { ...call, url, checksum: `SHA256:${sum}`, "checksum-algorithm": "md5" },
      fails: true,
      says: ["The checksum says sha256, checksum-algorithm says md5"],
      sends: "",
    },
    {
      call: { ...call, url, checksum: `sha256:${sum}` },
      says: ["alpine.iso"],
      sends: `POST /nodes/pve1/storage/local/download-url ` +
        `content=iso&url=${url}&checksum=${sum}&checksum-algorithm=sha256&filename=alpine.iso`,
    },
  ]);
});

Deno.test("a 401 says which of user, token and secret is not there", async () => {
  const told: readonly (readonly [message: string, told: RegExp])[] = [
    ["no such user ('bob@pve')", /There is no user "bob@pve": check PROXMOX_USER/],
    [
      "no such token 'mcp' for user 'root@pam'",
      /user "root@pam" is there, but has no token "mcp": check PROXMOX_TOKEN_NAME/,
    ],
    [
      "invalid token value!",
      /the secret is another: check PROXMOX_TOKEN_VALUE\. .* counts from a restart on/,
    ],
  ];
  for (const [message, pattern] of told) assertMatch(await answerTo(401, message), pattern);
});

Deno.test("a 403 says who lacks which privilege on which path", async () => {
  await using harness = await connect({ token: "limited" });
  const answer = await harness.call("proxmox_guest_config_update", { vmid: 105, cores: 1 });
  assertMatch(answer.text, /viewer@pve!limited lacks VM\.Config\.CPU on \/vms\/105/);
  assertMatch(
    answer.text,
    /`pveum acl modify \/vms\/105 --users viewer@pve --tokens 'viewer@pve!limited' --roles ROLE`/,
  );
});

async function createToken(harness: Harness, privsep?: boolean): Promise<string> {
  const call = { action: "create", userid: "alice@pve", tokenid: `mcp${privsep ?? ""}`, privsep };
  const answer = await harness.call("proxmox_user_token", call);
  assertDone(answer);
  return answer.text;
}

Deno.test("a new token with privilege separation is told to have no rights yet", async () => {
  await using harness = await connect();
  for (const privsep of [undefined, true]) {
    const text = await createToken(harness, privsep);
    assertMatch(text, /no rights yet[^]*proxmox_acl action=update[^]*tokens=alice@pve!mcp/);
  }
  assert(!/no rights yet/.test(await createToken(harness, false)));
});

Deno.test("a redirect names where it leads", async () => {
  const moved = (): Promise<Response> =>
    Promise.resolve(
      new Response("<html>", {
        status: 302,
        headers: { location: "https://sso.example.com/login" },
      }),
    );
  await using harness = await connect({
    transport: (to) => ({ ...to, fetch: moved, close: () => to.close() }),
  });
  const answer = await harness.call("proxmox_cluster", { action: "options" });
  assertFailed(answer, /./, /redirect to https:\/\/sso\.example\.com\/login/);
  assertMatch(answer.text, /PROXMOX_HOST and PROXMOX_PORT/);
});

Deno.test("advice names the settings that values came from", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "11111111-2222-4333-8444-555555555555");
  const answers = async (settings: Readonly<Record<string, string>>): Promise<string[]> => {
    await using harness = await connect({ settings });
    const texts: string[] = [];
    for (
      const fault of [
        { kind: "html", status: 200 },
        { kind: "status", status: 401, message: "invalid token value!" },
        { kind: "status", status: 401, message: "no such user ('mcp@pve')" },
      ] as const
    ) {
      harness.simulator.faults.add({ ...fault, times: 1 });
      texts.push((await harness.call("proxmox_cluster", { action: "options" })).text);
    }
    return texts;
  };
  try {
    const [page = "", secret = "", user = ""] = await answers({
      HOST: "pve1:8006,pve2:8006",
      TOKEN_NAME: "mcp@pve!mcp",
      TOKEN_VALUE_FILE: file,
    });
    assertMatch(page, /PROXMOX_HOST with its port must name the API/);
    assertMatch(secret, /check PROXMOX_TOKEN_VALUE_FILE/);
    assertMatch(user, /check the part of PROXMOX_TOKEN_NAME before !/);
    const [plain = "", ...others] = await answers({ HOST: "pve1", TOKEN_NAME: "mcp" });
    assertMatch(plain, /PROXMOX_HOST and PROXMOX_PORT must name the API/);
    assertMatch(others.join("\n"), /check PROXMOX_TOKEN_VALUE\b[^]*check PROXMOX_USER\b/);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a lock file behind which no task is found is not waited for until the end", async () => {
  await using harness = await connect();
  const message = "can't lock file '/var/lock/qemu-server/lock-107.conf' - got timeout";
  const match = { method: "POST", path: "/qemu/107/" };
  harness.simulator.faults.add({ kind: "status", status: 500, message, match });
  assertFailed(await harness.call("proxmox_guest_start", { vmid: 107 }), /is locked$/);
  const tries = harness.simulator.requests.filter((each) => each.path.endsWith("/status/start"));
  assertEquals(tries.length, 4);
});
