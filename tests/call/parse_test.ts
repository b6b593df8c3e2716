import { assertEquals, assertMatch, assertThrows } from "../assert.ts";
import { parseCall } from "../../src/call/parse.ts";
import { selectAction } from "../../src/call/select_action.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { defineTool, read, write } from "../../src/tool/define.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";

const tool = defineTool({
  name: "proxmox_sample",
  title: "Sample",
  description: "A sample.",
  actions: {
    list: read("GET /nodes", { columns: ["node", "status"] }),
    rule: write("POST /cluster/ha/rules"),
    move: write("PUT /cluster/firewall/rules/{pos}"),
    resolver: write("PUT /nodes/{node}/dns", {
      suppliedByPrepare: ["search"],
      extraParams: { delete: { type: "string" } },
    }),
    create: write("POST /storage"),
    drop: write("DELETE /nodes/{node}/storage/{storage}/content/{volume}"),
    update: write("PUT /cluster/notifications/endpoints/smtp/{name}"),
    configure: write("PUT /nodes/{node}/qemu/{vmid}/config", {
      extraParams: { config: { type: "object", spread: true }, memory: { type: "memory" } },
    }),
  },
});

/** One of the tools that know parameters of PVE by other names. */
const vnets = TOOLS.find(({ tool: { name } }) => name === "proxmox_sdn_vnet")!.tool;

Deno.test("parseCall() clears with an array of keys where PVE takes an array", () => {
  const call = { action: "update", name: "mail", comment: "", username: "" };
  assertEquals(parseCall(tool, call).args.delete, ["comment", "username"]);
});

Deno.test("parseCall() takes null for an argument that is not there, wherever it stands", () => {
  const call = { action: "update", name: "mail", comment: null, nonsense: null, wait: null };
  const { args, options } = parseCall(tool, { ...call, username: "" });
  assertEquals([args.delete, args.comment, options], [["username"], undefined, {}]);
  const config = { tags: null, cores: 2 };
  const configured = parseCall(tool, { action: "configure", vmid: 100, type: null, config });
  assertEquals([configured.args, configured.namedTarget], [{ cores: 2 }, { vmid: "100" }]);
});

Deno.test("parseCall() reads the entries of a spread object as parameters of their own", () => {
  const config = {
    onboot: "yes",
    memory: "4G",
    net0: { model: "virtio", bridge: "vmbr0" },
    tags: "",
  };
  for (const given of [config, JSON.stringify(config)]) {
    const { args } = parseCall(tool, { action: "configure", vmid: 100, config: given });
    assertEquals(args, {
      onboot: true,
      memory: "4096",
      net0: "virtio,bridge=vmbr0",
      delete: "tags",
    });
  }
});

Deno.test("parseCall() names what is wrong in a spread object", () => {
  const config = { vmid: 101, onbot: true, memory: "1.5K" };
  const call = { action: "configure", vmid: 100, config };
  const error = assertThrows(() => parseCall(tool, call), ToolError);
  assertEquals(error.details.parameters, {
    vmid: 'belongs beside "config"',
    onbot: 'is not a parameter of this action. Did you mean "onboot"?',
    memory: 'expected whole MiB, such as 512, 512M or 4G, got "1.5K"',
  });
});

Deno.test("parseCall() takes a value under two names or in two places if it is the same", () => {
  const problemsOf = (given: Record<string, unknown>): unknown =>
    assertThrows(() => parseCall(tool, given), ToolError).details.parameters;
  const configure = { action: "configure", vmid: 100, config: { cores: 2, memory: 2048 } };
  assertEquals(problemsOf({ ...configure, cores: 4, memory: "4G" }), {
    cores: 'is given as "config.cores" too, with another value',
    memory: 'is given as "config.memory" too, with another value',
  });
  const { args } = parseCall(tool, { ...configure, cores: "2", memory: "2G" });
  assertEquals(args, { cores: 2, memory: "2048" });
  const vnet = { action: "update", vnet: "prod", tag: 300 };
  assertEquals(parseCall(vnets, { ...vnet, vlan: "300" }).args.tag, 300);
  assertThrows(() => parseCall(vnets, { ...vnet, vlan: 7 }), ToolError);
});

Deno.test("parseCall() says that an update without any setting changes nothing", () => {
  const notesOf = (args: Record<string, unknown>): readonly string[] =>
    parseCall(vnets, { action: "update", vnet: "prod", ...args }).notes;
  const nothing = "No setting was given: all stays as it was";
  assertEquals(notesOf({}), [nothing]);
  assertEquals(notesOf({ digest: "0".repeat(40), tag: null }), [nothing]);
  assertEquals(notesOf({ type: "vnet" }), ['"type" was not used: VNets have one type', nothing]);
  const apt = TOOLS.find(({ tool: { name } }) => name === "proxmox_apt")!.tool;
  assertEquals(parseCall(apt, { action: "update", node: "pve1" }).notes, []);
  // Without a contact it is a refresh, from who gave out the account.
  const account = TOOLS.find(({ tool: { name } }) => name === "proxmox_acme_account")!.tool;
  assertEquals(parseCall(account, { action: "update", name: "default" }).notes, []);
  assertEquals([notesOf({ tag: 7 }), notesOf({ tag: "" }), notesOf({ delete: "tag" })], [
    [],
    [],
    [],
  ]);
});

Deno.test("parseCall() deletes by the names by which values are given", () => {
  const mail = { action: "update", name: "mail", delete: "comment;mailto_user" };
  assertEquals(parseCall(tool, mail).args.delete, ["comment", "mailto-user"]);
  const vnet = { action: "update", vnet: "prod", delete: ["comment", "vlan"] };
  assertEquals(parseCall(vnets, vnet).args.delete, "alias,tag");
  const config = { action: "configure", vmid: 100, delete: "net0,on_boot" };
  assertEquals(parseCall(tool, config).args.delete, "net0,onboot");
});

Deno.test("parseCall() demands what the given type needs, and no more", () => {
  const base = { action: "rule", rule: "r1", resources: "vm:100" };
  const call = { ...base, type: "resource-affinity" };
  const error = assertThrows(() => parseCall(tool, call), ToolError);
  assertEquals(error.details.parameters, { affinity: "is missing" });
  parseCall(tool, { ...base, type: "node-affinity", nodes: "pve1" });
});

Deno.test("parseCall() demands what stands in the path, though PVE calls it optional", () => {
  const error = assertThrows(() => parseCall(tool, { action: "move", moveto: 1 }), ToolError);
  assertEquals(error.details.parameters, { pos: "is missing" });
});

Deno.test("parseCall() clears by the tool's own list of keys where PVE has none", () => {
  const { args } = parseCall(tool, { action: "resolver", dns2: "", dns3: "" });
  assertEquals(args, { delete: "dns2,dns3" });
});

Deno.test("parseCall() reads a volume's storage off its id", () => {
  const args = { action: "drop", volume: "local:iso/debian.iso" };
  assertEquals(parseCall(tool, args).args, {
    storage: "local",
    volume: "local:iso/debian.iso",
  });
});

Deno.test("parseCall() knows a name by another spelling, unless both are given", () => {
  const call = { action: "configure", VM_ID: 100, vm_gen_id: "1", config: { on_boot: "yes" } };
  const { args, namedTarget: target } = parseCall(tool, call);
  assertEquals([args, target], [{ vmgenid: "1", onboot: true }, { vmid: "100" }]);
  const problemsOf = (given: Record<string, unknown>): unknown =>
    assertThrows(() => parseCall(tool, { action: "configure", ...given }), ToolError)
      .details.parameters;
  assertEquals(problemsOf({ vmid: 100, vm_id: 101 }), { vm_id: 'is given as "vmid" too' });
  assertEquals(problemsOf({ vmid: 100, config: { vm_id: 101 } }), {
    vm_id: 'is given as "vmid" too',
  });
  assertEquals(problemsOf({ config: { vm_id: 101 } }), {
    vmid: 'belongs beside "config"',
  });
});

Deno.test("parseCall() names what other clients call otherwise", () => {
  const call = { action: "configure", container_id: 100, nodeName: "pve1", ram: "4G", cpus: 2 };
  const error = assertThrows(() => parseCall(tool, call), ToolError);
  assertEquals(error.details.parameters, {
    container_id: 'is not a parameter of this action. Did you mean "vmid"?',
    nodeName: 'is not a parameter of this action. Did you mean "node"?',
    ram: 'is not a parameter of this action. Did you mean "memory"?',
    cpus: 'is not a parameter of this action. Did you mean "cores"?',
    vmid: "is missing",
  });
  assertEquals(error.details.notes, undefined);
});

Deno.test("parseCall() lists what an action takes when a name is near to none", () => {
  const notesOf = (call: Record<string, unknown>): unknown =>
    assertThrows(() => parseCall(tool, call), ToolError).details.notes;
  assertEquals(notesOf({ action: "list", status: "online" }), undefined);
  assertEquals(notesOf({ action: "list", zzz: 1 }), [
    "It takes limit, offset, filter, fields, sort, group",
  ]);
  const [note] = notesOf({ action: "configure", vmid: 100, zzz: 1 }) as string[];
  assertMatch(
    note ?? "",
    /^It takes vmid, config, memory, (\S+, ){11}\S+ and \d+ more, which proxmox_api_search query="PUT \/nodes\/\{node\}\/qemu\/\{vmid\}\/config" lists$/,
  );
});

Deno.test("parseCall() takes what an action always sends, when it is the same", () => {
  const fixed = defineTool({
    ...tool,
    actions: { take: write("PUT /access/acl", { fixed: { delete: true } }) },
  });
  const call = { path: "/", roles: "PVEAdmin", users: "a@pve" };
  assertEquals(parseCall(fixed, { ...call, delete: "yes" }).args, { ...call, delete: true });
  const error = assertThrows(() => parseCall(fixed, { ...call, delete: false }), ToolError);
  assertEquals(Object.keys(error.details.parameters ?? {}), ["delete"]);
});

Deno.test("selectAction() takes the discriminator's name in other tools, where it is free", () => {
  assertEquals(selectAction(tool, { operation: "rule" }).actionName, "rule");
  parseCall(tool, { operation: "list" });
  parseCall(tool, { operation: "list", action: "list" });
  const both = { action: "list", operation: "rule" };
  assertThrows(() => parseCall(tool, both), ToolError, "with these arguments");
  const agent = defineTool({
    ...tool,
    discriminator: "operation",
    actions: { list: read("GET /nodes"), firewall: write("POST /cluster/firewall/rules") },
  });
  assertThrows(() => selectAction(agent, { action: "list" }), ToolError, 'without "operation"');
  const { firewall: _firewall, ...actions } = agent.actions;
  const free = { ...agent, actions: { ...actions, log: read("GET /cluster/log") } };
  assertEquals(selectAction(free, { action: "log" }).actionName, "log");
});

Deno.test("selectAction() reads the action before anything else is looked at", () => {
  assertEquals(selectAction(tool, { action: "rule", nonsense: 1 }).actionName, "rule");
  assertThrows(() => selectAction(tool, []), ToolError, "Cannot call proxmox_sample");
});

Deno.test("parseCall() takes fields as a list, or as one text with commas", () => {
  for (const fields of ["node,status", "node, status", ["node", "status"], ["node,status"]]) {
    assertEquals(parseCall(tool, { action: "list", fields }).options.fields, ["node", "status"]);
  }
});

Deno.test("parseCall() takes names that JavaScript objects inherit for unknown ones", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  for (const name of names) {
    const call = JSON.parse(`{"action":"create","storage":"gfs","type":"dir","${name}":"x"}`);
    const error = assertThrows(() => parseCall(tool, call), ToolError);
    assertEquals(Object.keys(error.details.parameters ?? {}), [name]);
    assertThrows(() => parseCall(tool, { action: name }), ToolError, "has no action");
  }
});

Deno.test("parseCall() takes only text for the name of an action", () => {
  for (const action of [["create"], { toString: "create" }, true, 1]) {
    assertThrows(() => parseCall(tool, { action }), ToolError, "has no action");
  }
});

Deno.test("parseCall() says what a value should be, not only that it is wrong", () => {
  const wrongOf = (call: Record<string, unknown>): unknown =>
    assertThrows(() => parseCall(tool, call), ToolError).details.parameters;
  const node = { action: "configure", vmid: 100 };
  assertEquals(wrongOf({ ...node, onboot: "maybe" }), {
    onboot: 'expected true or false, got "maybe"',
  });
  assertEquals(wrongOf({ ...node, cores: "many", sockets: 1.5 }), {
    cores: 'expected a whole number, got "many"',
    sockets: "expected a whole number, got 1.5",
  });
  assertEquals(wrongOf({ ...node, config: "onboot=1" }), {
    config: 'expected an object such as {"key": "value"}',
  });
  assertEquals(wrongOf({ ...node, bios: "omvf", zzz: 1 }), {
    bios: 'expected seabios, ovmf; got "omvf". Did you mean "ovmf"?',
    zzz: "is not a parameter of this action",
  });
  assertEquals(wrongOf({ ...node, vmid: true, name: "a b" }), {
    vmid: "expected a number or name of 255 characters at most, got true",
    name:
      "invalid format - value does not look like a valid DNS name; expected letters, digits and hyphens, parts separated by dots",
  });
  assertEquals(
    wrongOf({ action: "rule", rule: "1 r", resources: "web 0_1", type: "node-affinity" }),
    {
      rule:
        "invalid format - invalid configuration ID '1 r'; expected 2 or more letters, digits, _ or -, a letter first",
      resources:
        "invalid format - value does not look like a valid ha resource id; expected names or numbers of guests, or vm:100,ct:101",
      nodes: "is missing",
    },
  );
});

Deno.test("parseCall() knows the kinds of guests by their usual words", () => {
  const typeOf = (type: string): unknown =>
    parseCall(tool, { action: "configure", vmid: 100, type }).namedTarget.type;
  assertEquals(["vm", "QEMU"].map(typeOf), ["qemu", "qemu"]);
  assertEquals(["lxc", "CT", "container"].map(typeOf), ["lxc", "lxc", "lxc"]);
});
