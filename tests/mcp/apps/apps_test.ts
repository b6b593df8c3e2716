/** Views are there for clients that know them, and for no other. */
import config from "../../../deno.json" with { type: "json" };
import { PAGE_LIBRARIES } from "../../../scripts/apps/libraries.ts";
import { ROOT } from "../../../scripts/project.ts";
import { VERSION } from "../../../src/base/process/version.ts";
import type { Client } from "../../../src/mcp/sdk_client.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { serve } from "../http/served.ts";
import { type LoneAnswer, send } from "../http/stateless.ts";
import { tokens } from "../tool_lists.ts";

const VIEWS = ["overview", "load", "tasks", "backups"].map((name) => `ui://proxmox/${name}`);
const MIME = "text/html;profile=mcp-app";
/** Bytes that the page may have, as it is and packed by gzip. */
const MOST_BYTES = 480_000;
const MOST_PACKED = 150_000;
/** Tokens that a list may have more for a client with views. */
const MOST_TOKENS = 50;

/** What a client is told: tools, and addresses of resources. */
async function told(client: Client): Promise<{
  readonly tools: readonly Readonly<Record<string, unknown>>[];
  readonly uris: readonly string[];
}> {
  const { tools } = await client.listTools();
  const { resources } = await client.listResources();
  return { tools, uris: resources.map(({ uri }) => uri) };
}

function linksIn(tools: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  return Object.fromEntries(
    tools.filter(({ _meta }) => _meta !== undefined).map(({ name, _meta }) => [name, _meta]),
  );
}

async function pageAt(client: Client, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  assertEquals(contents.map(({ uri, mimeType }) => [uri, mimeType]), [[uri, MIME]]);
  return (contents[0] as { readonly text: string }).text;
}

Deno.test("tools are linked to views for a client that knows them, and all else is the same", async () => {
  await using plain = await connect();
  await using host = await connect({ apps: true });
  const without = await told(plain.client);
  const withViews = await told(host.client);
  assertEquals(linksIn(without.tools), {});
  assertEquals(linksIn(withViews.tools), {
    proxmox_report: { ui: { resourceUri: "ui://proxmox/overview" } },
    proxmox_guest_rrddata: { ui: { resourceUri: "ui://proxmox/load" } },
    proxmox_node_task: { ui: { resourceUri: "ui://proxmox/tasks" } },
  });
  assertEquals(withViews.tools.map(({ _meta, ...tool }) => tool), without.tools);
  assertEquals(withViews.uris, [...without.uris, ...VIEWS]);
  const more = tokens({ tools: withViews.tools }) - tokens({ tools: without.tools });
  assert(more > 0 && more <= MOST_TOKENS, `${more} tokens more`);
});

Deno.test("each session over HTTP is told what its own client knows", async () => {
  await using served = serve({});
  const [plain, host] = [await served.connect(), await served.connect({ apps: true })];
  assertEquals(Object.keys(linksIn((await told(plain)).tools)), []);
  assertEquals(Object.keys(linksIn((await told(host)).tools)).length, 3);
  assertEquals(Object.keys(linksIn((await told(plain)).tools)), []);
});

Deno.test("without sessions each request is told what its own client knows", async () => {
  await using served = serve({});
  const host = await served.connect({ apps: true });
  const [tools, resources] = [await host.listTools(), await host.listResources()];
  const extensions = { "io.modelcontextprotocol/ui": { mimeTypes: [MIME] } };
  const ask = async (method: string, capabilities: object, params = {}): Promise<LoneAnswer> =>
    await send(served.url, { method, capabilities, params });
  const listed = await ask("tools/list", { extensions });
  assertEquals(listed.result?.tools, tools.tools as unknown);
  assertEquals(Object.keys(linksIn(tools.tools)).length, 3);
  const plain = await ask("tools/list", {});
  assertEquals(linksIn(plain.result?.tools as readonly Readonly<Record<string, unknown>>[]), {});
  const uris = ({ result }: LoneAnswer): string[] =>
    (result?.resources as readonly { readonly uri: string }[]).map(({ uri }) => uri)
      .filter((uri) => !uri.startsWith("skill://"));
  assertEquals(
    uris(await ask("resources/list", { extensions })),
    resources.resources.map(({ uri }) => uri),
  );
  assertEquals(uris(await ask("resources/list", {})).filter((uri) => VIEWS.includes(uri)), []);
  const [uri = ""] = VIEWS;
  const page = await ask("resources/read", { extensions }, { uri });
  assertEquals(page.result?.contents, (await host.readResource({ uri })).contents as unknown);
  assertEquals((await ask("resources/read", {}, { uri })).error?.code, -32602);
});

Deno.test("a tool that is left out has no view", async () => {
  await using host = await connect({ apps: true, settings: { EXCLUDE_TOOLS: "report" } });
  assertEquals(Object.keys(linksIn((await told(host.client)).tools)), [
    "proxmox_node_task",
    "proxmox_guest_rrddata",
  ]);
});

Deno.test("all views are one page, which is told which one it is", async () => {
  await using host = await connect({ apps: true });
  const pages = await Promise.all(VIEWS.map((uri) => pageAt(host.client, uri)));
  const bare = pages.map((page, index) => {
    const name = VIEWS[index]?.split("/").at(-1);
    const marks = `data-view="${name}" data-version="${VERSION}"`;
    assert(page.includes(marks), marks);
    return page.replace(marks, "");
  });
  assertEquals(new Set(bare).size, 1);
  await assertRejects(() => pageAt(host.client, "ui://proxmox/none"), Error, "no resource");
});

Deno.test("a client that does not know views finds none by their address either", async () => {
  await using plain = await connect();
  for (const uri of VIEWS) {
    const error = await assertRejects(() => pageAt(plain.client, uri), Error, "no resource");
    assert(!error.message.includes("There are: ui://"), error.message);
  }
});

Deno.test("the page is small, has all in it, and evaluates no text", async () => {
  await using host = await connect({ apps: true });
  const page = await pageAt(host.client, "ui://proxmox/overview");
  const bytes = new TextEncoder().encode(page);
  assert(bytes.length <= MOST_BYTES, `${bytes.length} bytes`);
  const packed = await new Response(
    new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer();
  assert(packed.byteLength <= MOST_PACKED, `${packed.byteLength} bytes packed`);
  const [, style = ""] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
  assert(!/@import|url\((?!["']?data:)/.test(style), "the styles load something");
  for (const word of [/<link\b/, /<script[^>]*\bsrc=/, /new Function/, /\beval\(/]) {
    assert(!word.test(page), `the page has ${word}`);
  }
});

Deno.test("no module of the page can make markup of a text", async () => {
  const forbidden =
    /\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|document\.write\w*|DOMParser|createContextualFragment|srcdoc)\b/;
  let count = 0;
  const folders = [`${ROOT}src/apps/`];
  for (const folder of folders) {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) folders.push(`${folder}${name}/`);
      if (!name.endsWith(".ts")) continue;
      count++;
      const text = await Deno.readTextFile(folder + name);
      assertEquals(forbidden.exec(text)?.[0], undefined, name);
    }
  }
  assert(count > 10, `${count} modules`);
});

Deno.test("the page is built of the versions that its types are of", () => {
  const imports: Readonly<Record<string, string>> = config.imports;
  for (const [name, version] of Object.entries(PAGE_LIBRARIES)) {
    const pinned = imports[name] ?? imports[`${name}/`] ?? "";
    assertMatch(pinned, /^npm:/, name);
    assert(pinned.replace(/\/$/, "").endsWith(`@${version}`), `${name}: ${pinned}, ${version}`);
  }
});
