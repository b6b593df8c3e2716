/** No way out of a call for its secrets, whoever puts the answer together. */
import type { Answer } from "../../src/tool/answer.ts";
import { defineTool, read, write } from "../../src/tool/define.ts";
import { render } from "../../src/answer/render.ts";
import { runTool } from "../../src/call/run.ts";
import { setUpLogging } from "../../src/base/process/log.ts";
import { renderMarkdown } from "../../src/answer/markdown.ts";
import type { Transport } from "../../src/pve/transport/transport.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { connect, declining, embed, type Harness, rowsOf } from "../harness.ts";

const SECRET = "Tr0ub4dor&3";
const signal = new AbortController().signal;

/** Answers some requests itself, others as the embedded cluster does. */
function answering(
  path: RegExp,
  status: number,
  body: unknown,
): (simulator: Transport) => Transport {
  return (simulator) => ({
    fetch: (url, request) =>
      path.test(url.pathname)
        ? Promise.resolve(Response.json(body, { status }))
        : simulator.fetch(url, request),
    close: () => simulator.close(),
  });
}

/** A tool that tells what it was told not to, in every part of an answer. */
const gossip = defineTool({
  name: "proxmox_gossip",
  title: "Gossip",
  description: "",
  actions: {
    default: read("GET /cluster/sdn/dns/{dns}", {
      run: async (context, args): Promise<Answer> => {
        const { data } = await context.request("GET /cluster/sdn/dns/{dns}", { dns: args.dns });
        const { key } = data as { readonly key: string };
        context.progress?.(`it is ${key}`, 10);
        context.notes.push(`a note of ${key}`);
        return {
          title: `The key is ${key}`,
          object: { renamed: key, deep: [{ of: `<${key}>` }], [`about ${key}`]: 1 },
          list: { columns: ["n", "k"], rows: [[1, key]], total: 1 },
          texts: [{ label: "Text", text: `first\n${key}\nlast` }],
          notes: [`see ${key}`],
        };
      },
    }),
  },
});

Deno.test("what PVE answers as a secret is said nowhere, whoever puts the answer together", async () => {
  const { services } = embed({
    transport: answering(/\/sdn\/dns\/d1$/, 200, { data: { dns: "d1", key: SECRET } }),
  });
  const heard: string[] = [];
  const answer = await runTool(services, { category: "sdn", tool: gossip }, { dns: "d1" }, {
    signal,
    progress: (message) => void heard.push(message),
  });
  const { content, structuredContent } = render(answer);
  for (
    const said of [
      content[0]?.text ?? "",
      JSON.stringify(structuredContent),
      renderMarkdown(answer, ""),
      heard.join(),
    ]
  ) {
    assert(!said.includes(SECRET), said);
    assertStringIncludes(said, "[masked]");
  }
  assertEquals(answer.title, "The key is [masked]");
  assertEquals(answer.list?.rows, [[1, "[masked]"]]);
});

Deno.test("a password that PVE quotes in its refusal is not repeated, nor logged or audited", async () => {
  const lines: string[] = [];
  const path = await Deno.makeTempFile();
  setUpLogging("debug", "text", (line) => void lines.push(line));
  try {
    await using harness = await connect({
      settings: { AUDIT_LOG: path },
      transport: answering(/\/access\/users$/, 400, {
        message: `Parameter verification failed. (${SECRET})`,
        errors: { password: `value '${SECRET}' is too simple` },
      }),
    });
    const answer = await harness.call("proxmox_user", {
      action: "create",
      userid: "joe@pve",
      password: SECRET,
      comment: `his password is ${SECRET}`,
    });
    assert(answer.isError);
    assertStringIncludes(answer.text, "is too simple");
    const audit = await Deno.readTextFile(path);
    assertStringIncludes(audit, "proxmox_user");
    for (const said of [answer.text, JSON.stringify(answer.structured), audit, lines.join("\n")]) {
      assert(!said.includes(SECRET) && said !== "", said);
    }
  } finally {
    setUpLogging("error");
    await Deno.remove(path);
  }
});

Deno.test("secrets under names that say nothing are masked in the audit log and the question", async () => {
  const path = await Deno.makeTempFile();
  const questions: string[] = [];
  try {
    await using harness = await connect({
      settings: { AUDIT_LOG: path },
      ask: declining(questions),
    });
    const dns = { dns: "d1", type: "powerdns", url: "http://ns:1", key: SECRET };
    await harness.call("proxmox_api_call", { operation: "POST /cluster/sdn/dns", params: dns });
    const plugin = { id: "p1", type: "dns", api: "cf", data: btoa(`CF_Token=${SECRET}`) };
    await harness.call("proxmox_api_call", {
      operation: "POST /cluster/acme/plugins",
      params: plugin,
    });
    const password = { vmid: "web01", "delete": "net0", config: { cipassword: SECRET } };
    await harness.call("proxmox_guest_config_update", password);
    const audit = await Deno.readTextFile(path);
    assertEquals(audit.trim().split("\n").length, 6, audit);
    assert(!audit.includes(SECRET) && !audit.includes(plugin.data), audit);
    assertEquals(questions.length, 1);
    assertStringIncludes(questions[0] ?? "", "cipassword=[masked]");
  } finally {
    await Deno.remove(path);
  }
});

async function logged(line: string): Promise<string> {
  await using harness = await connect({
    transport: answering(/\/journal$/, 200, { data: [line, "ok"] }),
  });
  return (await harness.call("proxmox_node_log", { action: "journal", node: "pve1" })).text;
}

Deno.test("logs are shown without what looks like a secret", async () => {
  assertMatch(await logged("login password=hunter2"), /login password=\[masked\]\nok/);
  assertMatch(await logged("Authorization: Bearer abcdef"), /Bearer \[masked\]\nok/);
});

Deno.test("a filter cannot be used to guess what is masked", async () => {
  await using harness = await connect({
    transport: answering(/\/sdn\/subnets$|\/vnets\/v1\/subnets$|\/cluster\/sdn\/vnets$/, 200, {
      data: [{ vnet: "v1", subnet: "z-10.0.0.0-8", cidr: "10.0.0.0/8", password: SECRET }],
    }),
  });
  for (const filter of [SECRET.slice(0, 3), `password=${SECRET}`]) {
    const found = await harness.call("proxmox_sdn_subnet", { action: "list", filter });
    assert(!found.isError, found.text);
    assertEquals(found.structured.total, 0, filter);
  }
});

async function madeToken(harness: Harness): Promise<string> {
  await harness.call("proxmox_user", { action: "create", userid: "joe@pve" });
  const made = await harness.call("proxmox_user_token", {
    ...{ action: "create", userid: "joe@pve", tokenid: "ci" },
  });
  return String((made.structured.data as { readonly value: string }).value);
}

Deno.test("what an action is there to hand out is handed out, by the API gateway too", async () => {
  await using harness = await connect();
  assertMatch(await madeToken(harness), /^[0-9a-f-]{36}$/);
  const byDoor = await harness.call("proxmox_api_call", {
    operation: "POST /nodes/pve1/qemu/100/vncproxy",
  });
  const { ticket } = byDoor.structured.data as { readonly ticket: string };
  assertMatch(ticket, /^PVEVNC:/);
  const console = await harness.call("proxmox_console_term", { vmid: 101 });
  assert(!console.isError, console.text);
  assertMatch(String((console.structured.data as { ticket: string }).ticket), /^PVE/);
});

Deno.test("the server's own token is in no answer, though a guest knows it", async () => {
  await using harness = await connect({ settings: { TOKEN_VALUE: "0wn-t0ken-value" } });
  const guest = harness.simulator.cluster.guests.get(100);
  assert(guest);
  guest.config.name = "x0wn-t0ken-valuex";
  guest.config.description = "look: 0wn-t0ken-value";
  for (
    const [tool, args] of [["proxmox_guest_config", { vmid: 100 }], [
      "proxmox_guest_list",
      {},
    ]] as const
  ) {
    const { text, structured } = await harness.call(tool, args);
    assert(!(text + JSON.stringify(structured)).includes("0wn-t0ken-value"), tool);
  }
  const rows = rowsOf(await harness.call("proxmox_guest_list", {}));
  assert(rows.some(({ name }) => String(name).includes("[redacted]")));
});

Deno.test("a short secret is masked where it is, and not inside of other words", async () => {
  const tool = defineTool({
    name: "proxmox_short",
    title: "Short",
    description: "",
    actions: {
      default: write("POST /access/users", {
        requests: () => [],
        run: () =>
          Promise.resolve({
            title: "root@pam and postgres01, but not postgres",
            object: { password: "root", name: "postgres01" },
          }),
      }),
    },
  });
  const { services } = embed({});
  const answer = await runTool(
    services,
    { category: "access", tool },
    { userid: "a@pve", password: "postgres" },
    { signal },
  );
  assertEquals(answer.title, "root@pam and postgres01, but not [masked]");
  assertEquals(answer.object, { password: "[masked]", name: "postgres01" });
});

Deno.test("a note that names the arguments of an empty list names no secret", async () => {
  await using harness = await connect({
    transport: answering(/\/scan\/cifs$/, 200, { data: [] }),
  });
  const { text, isError } = await harness.call("proxmox_api_call", {
    operation: "GET /nodes/pve1/scan/cifs",
    params: { server: "nas", username: "joe", passWord: "abc12" },
  });
  assert(!isError, text);
  assertStringIncludes(text, "password=[masked]");
  assert(!text.includes("abc12"), text);
});

Deno.test("what stands for a secret is not written in its place", async () => {
  await using harness = await connect();
  for (
    const [tool, args] of [
      ["proxmox_user", { action: "create", userid: "joe@pve", password: "[masked]" }],
      ["proxmox_api_call", {
        operation: "PUT /cluster/notifications/endpoints/webhook/hook",
        params: { header: ["name=X-Key,[masked]"] },
      }],
      ["proxmox_guest_config_update", { vmid: 100, config: { description: "key=[masked]" } }],
    ] as const
  ) {
    const { text, isError } = await harness.call(tool, args);
    assert(isError, text);
    assertStringIncludes(text, "holds [masked], which stands for a secret");
  }
  assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
});
