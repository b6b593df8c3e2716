import { assert, assertEquals, assertThrows } from "../assert.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import {
  chooseTools,
  EVERYTHING,
  FIRST_TOOLS,
  leftOutBy,
  type ToolChoice,
} from "../../src/tool/toolset.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";

Deno.test("chooseTools() offers everything by default", () => {
  const gateway = ["proxmox_api_search", "proxmox_api_call"];
  assertEquals(chooseTools(TOOLS, EVERYTHING), { listed: TOOLS, gateway, tools: TOOLS });
});

Deno.test("chooseTools() takes categories and single tools, and leaves some out", () => {
  const { tools } = chooseTools(TOOLS, {
    ...EVERYTHING,
    toolsets: ["guest"],
    tools: ["get_next_vmid"],
    excludeTools: ["proxmox_guest_stop"],
  });
  assert(
    tools.every(({ category, tool }) =>
      category === "guest" || tool.name === "proxmox_get_next_vmid"
    ),
  );
  const names: string[] = tools.map(({ tool }) => tool.name);
  assert(names.includes("proxmox_guest_start") && names.includes("proxmox_get_next_vmid"));
  assert(!names.includes("proxmox_guest_stop"));
});

Deno.test("chooseTools() lists only the gateway when compact, which still reaches every tool", () => {
  assertEquals(chooseTools(TOOLS, { ...EVERYTHING, toolsets: ["compact"] }), {
    listed: [],
    gateway: ["proxmox_api_search", "proxmox_api_call", "proxmox_tool_run"],
    tools: TOOLS,
  });
});

Deno.test("chooseTools() lists a core of tools and what is named beside it, and reaches every one", () => {
  const choose = (toolsets: string[], choice: Partial<ToolChoice> = {}) => {
    const { listed, tools } = chooseTools(TOOLS, { ...EVERYTHING, toolsets, ...choice });
    return { listed: listed.map(({ tool }) => tool.name as string), tools };
  };
  const { listed: core, tools } = choose(["core"]);
  assertEquals(tools, TOOLS);
  assertEquals(core.length, 23);
  assert(FIRST_TOOLS.every((name) => core.includes(name)));
  const more = choose(["core", "ha"], { tools: ["guest_pending"], excludeTools: ["guest_list"] });
  const added = more.listed.filter((name) => !core.includes(name));
  assertEquals(added.toSorted(), [
    ...["proxmox_guest_pending", "proxmox_ha_group", "proxmox_ha_resource", "proxmox_ha_rule"],
  ]);
  assert(!more.listed.includes("proxmox_guest_list"));
  assertEquals(choose(["compact", "ha"]).listed.length, 3);
  assertEquals(choose(["core", "all"]).listed.length, TOOLS.length);
});

Deno.test("chooseTools() leaves out tools of the gateway that are named", () => {
  const without = (excludeTools: string[], toolsets: string[] = []): readonly string[] =>
    chooseTools(TOOLS, { ...EVERYTHING, excludeTools, toolsets }).gateway;
  assertEquals(without(["api_call"]), ["proxmox_api_search"]);
  assertEquals(without(["proxmox_api_call", "api_search"]), []);
  assertEquals(without(["api_call"], ["compact"]), ["proxmox_api_search", "proxmox_tool_run"]);
});

Deno.test("chooseTools() names every unknown name with the nearest known one", () => {
  const { problems } = assertThrows(
    () =>
      chooseTools(TOOLS, {
        ...EVERYTHING,
        toolsets: ["gest"],
        tools: ["guest_strat"],
        excludeTools: ["x"],
      }),
    ConfigError,
  );
  assertEquals(problems, [
    'PROXMOX_TOOLSETS: there is no "gest". Did you mean "guest"?',
    'PROXMOX_TOOLS: there is no "guest_strat". Did you mean "guest_start"?',
    'PROXMOX_EXCLUDE_TOOLS: there is no "x". proxmox-mcp tools --all lists the tools',
  ]);
});

Deno.test("leftOutBy() names the setting that takes a tool away", () => {
  const by = (name: string, choice: Partial<ToolChoice>): string | undefined =>
    leftOutBy(TOOLS.find(({ tool }) => tool.name === name)!, { ...EVERYTHING, ...choice });
  assertEquals(by("proxmox_guest_stop", {}), undefined);
  assertEquals(by("proxmox_guest_stop", { excludeTools: ["guest_stop"] }), "EXCLUDE_TOOLS");
  assertEquals(by("proxmox_guest_stop", { toolsets: ["node"] }), "TOOLSETS");
  assertEquals(by("proxmox_guest_stop", { tools: ["guest_start"] }), "TOOLS");
  assertEquals(by("proxmox_guest_stop", { readOnly: true }), "READ_ONLY");
  assertEquals(by("proxmox_guest_list", { readOnly: true }), undefined);
});
