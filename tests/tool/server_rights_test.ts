/** Advice about the settings of a server, to who can set them and to who cannot. */
import { explainError } from "../../src/answer/hints/explain_error.ts";
import { instructions } from "../../src/mcp/instructions.ts";
import { NotPveError, PveError, PveTimeoutError } from "../../src/pve/errors.ts";
import { TransportError } from "../../src/pve/transport/transport.ts";
import { opens, type ServerRight, type Whose } from "../../src/tool/server_rights.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { callTool, type HarnessOptions, type ToolAnswer } from "../harness.ts";
import { bearer, serve } from "../mcp/http/people.ts";
import { by, serve as serveByProvider } from "../mcp/http/oidc/served.ts";

const ATTEMPT = { operation: "GET /version", args: {} } as const;
const RIGHTS: readonly ServerRight[] = ["change", "write", "login", "ssh", "snippets", "files"];
const CALLERS: readonly Whose[] = [{ tokenOrigin: "sent" }, { tokenOrigin: "mapped" }];

/** Advice that only who starts the server can follow. */
const FOR_THE_OPERATOR = /\bset PROXMOX_|start it again|in its environment|check PROXMOX_/i;

Deno.test("what opens a right is said to who starts the server, and whose it is to everybody else", () => {
  for (const right of RIGHTS) {
    assertMatch(opens(right, {}), /PROXMOX_/);
    for (const caller of CALLERS) {
      assert(!FOR_THE_OPERATOR.test(opens(right, caller)), opens(right, caller));
    }
  }
  assertMatch(opens("ssh", { tokenOrigin: "mapped" }), /lend it to you \("ssh" in grants/);
  assertMatch(opens("ssh", { tokenOrigin: "sent" }), /not for callers/);
  assertMatch(opens("change", { tokenOrigin: "mapped" }), /"elevated" of the file/);
});

Deno.test("a token that is refused is the server's, the client's, or the one that is mapped", () => {
  const messages = [
    "no such user ('bob@pve')",
    "no such token 'x' for user 'bob@pve'",
    "invalid token value!",
    "invalid PVEAPIToken header",
  ];
  for (const message of messages) {
    const [servers, sent, mapped] = [{}, ...CALLERS].map((whose) =>
      JSON.stringify(
        explainError(new PveError(ATTEMPT, 401, message), "x", undefined, whose).notes,
      )
    );
    assertMatch(servers ?? "", /check PROXMOX_/i);
    assertMatch(sent ?? "", /in the token that your client sends/);
    assertMatch(mapped ?? "", /the token that you are mapped to/);
    assert(!`${sent}${mapped}`.includes("PROXMOX_"));
  }
});

Deno.test("advice that names settings says whose they are to callers who cannot set them", () => {
  const errors = [
    new TransportError("refused", "No", { hint: "Check PROXMOX_HOST", maybeSent: false }),
    new NotPveError(ATTEMPT, 200, "It is no Proxmox VE"),
    new PveTimeoutError(ATTEMPT, 60, false),
  ];
  const last = "PROXMOX_… are settings of this server: whoever runs it can change them";
  for (const error of errors) {
    assert(!explainError(error, "x").notes?.includes(last));
    for (const caller of CALLERS) {
      assertEquals(explainError(error, "x", undefined, caller).notes?.at(-1), last);
    }
  }
  const plain = explainError(new PveError(ATTEMPT, 595, "no route"), "x", undefined, CALLERS[0]);
  assert(!JSON.stringify(plain).includes("PROXMOX_"));
});

Deno.test("the instructions tell callers that it is not for them to allow changes", () => {
  const options = { elevated: false, readOnly: false, demo: false, tools: TOOLS, listed: TOOLS };
  assertStringIncludes(instructions(options), "PROXMOX_ALLOW_ELEVATED=true");
  for (const caller of CALLERS) {
    assert(!instructions({ ...options, ...caller }).includes("PROXMOX_"));
  }
});

/** Calls for which a right of the server lacks, and what each says then. */
const CALLS: readonly (readonly [string, Record<string, unknown>])[] = [
  ["proxmox_guest_stop", { vmid: "web01" }],
  ["proxmox_api_call", { operation: "POST /pools", poolid: "x" }],
  ["proxmox_lxc_exec", { vmid: "dns01", command: "id" }],
  ["proxmox_storage_content", {
    action: "upload",
    node: "pve1",
    storage: "local",
    content: "iso",
    filename: "a.iso",
  }],
  ["proxmox_acme_info", { action: "get_tos", directory: "https://x.example.com" }],
];

Deno.test("no answer over HTTP tells callers with rights of their own to set what they cannot", async () => {
  const said: ToolAnswer[] = [];
  for (const elevated of [false, true]) {
    const options: HarnessOptions = { elevated };
    await using byToken = await serve(options);
    await using byProvider = await serveByProvider(options);
    const { full } = byToken.simulator.tokens;
    await byProvider.setPeople({
      person_claim: "preferred_username",
      people: [{ person: "alice", ...by(full) }],
    });
    const clients = [
      await byToken.connect({ authorization: bearer(full) }),
      await byProvider.connectAs("alice"),
    ];
    for (const client of clients) {
      for (const [name, args] of CALLS) said.push(await callTool(client, name, args));
    }
  }
  const refused = said.filter(({ isError }) => isError);
  const rights = [/elevated tier/i, /Commands in containers/, /No folder/];
  for (const right of rights) assert(refused.some(({ text }) => right.test(text)));
  for (const { text } of refused) assert(!FOR_THE_OPERATOR.test(text), text);
});
