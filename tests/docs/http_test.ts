/** The unit of systemd, and what docs/http.md says of it, start a server with few rights. */
import { parseArgs } from "node:util";
import { ROOT } from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";
import { readPeople } from "../../src/config/read_people.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { assert, assertEquals } from "../assert.ts";
import { needs } from "../programs.ts";
import { secretFilesOf } from "../settings_of.ts";

const PAGE = Deno.readTextFileSync(`${ROOT}docs/http.md`);
const UNIT_FILE = "packaging/systemd/proxmox-mcp.service";
const UNIT = Deno.readTextFileSync(ROOT + UNIT_FILE);
/** Where systemd puts credentials: what `%d` stands for. */
const CREDENTIALS = "/run/credentials/proxmox-mcp.service";

/** The unit's lines as pairs, in their order. */
function unit(): (readonly [key: string, value: string])[] {
  return [...UNIT.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = "", value = ""]) => [key, value]);
}

function valuesOf(key: string): string[] {
  return unit().filter(([name]) => name === key).map(([, value]) => value);
}

Deno.test("the unit's settings are complete, and read only credentials that it loads", () => {
  const loaded = valuesOf("LoadCredential").map((value) => `${CREDENTIALS}/${value.split(":")[0]}`);
  const settings = new Map(
    valuesOf("Environment").map((line) => {
      const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line.replace("%d", CREDENTIALS)) ?? [];
      return [name, value] as const;
    }),
  );
  assertEquals(secretFilesOf(settings), loaded.sort());
});

Deno.test("the unit starts the server where its commands look for it", async () => {
  const [start = ""] = valuesOf("ExecStart");
  const [program, name = "", ...args] = start.split(" ");
  const command = COMMANDS[name];
  assert(command, `There is no command ${name}`);
  const { spec } = await command.load();
  const options = Object.fromEntries(
    Object.entries(spec.options ?? {}).map(([key, { type }]) => [key, { type }]),
  );
  const { values } = parseArgs({ args, options });
  assert(PAGE.includes("PREFIX=/usr/local sh"), "The program is installed elsewhere");
  assertEquals(program, "/usr/local/bin/proxmox-mcp");
  assert(PAGE.includes(`http://${values.http}/healthz`));
  assert(PAGE.includes(`reverse_proxy ${values.http}`));
  assert(PAGE.includes(`proxy_pass http://${values.http}`));
});

Deno.test(
  "systemd finds little that the unit could do without, and no setting that it does not know",
  needs("systemd-analyze"),
  async () => {
    await run("systemd-analyze", [
      ...["security", "--offline=true", "--threshold=20", "--no-pager"],
      ROOT + UNIT_FILE,
    ]);
    const folder = await Deno.makeTempDir();
    try {
      // The program is not installed here, which the check would name.
      const text = UNIT.replace(/^ExecStart=\S+/m, "ExecStart=/bin/sh");
      await Deno.writeTextFile(`${folder}/proxmox-mcp.service`, text);
      const { stderr } = await run("systemd-analyze", [
        ...["verify", "--man=no", "--recursive-errors=no"],
        `${folder}/proxmox-mcp.service`,
      ]);
      assertEquals(stderr, "");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("the file of people that the page shows can be used, and is of its own schema", () => {
  const [, example = ""] = /```json\n(\{\n {2}"\$schema"[^`]*)```/.exec(PAGE) ?? [];
  const { people, problems } = readPeople("/people.json", {
    get: () => undefined,
    readFile: (path) => path === "/people.json" ? example : "11111111-2222-4333-8444-555555555555",
  });
  assertEquals(problems, []);
  const rightsOf = (name: string, groups: readonly string[]): unknown =>
    people?.rightsOf({ name, groups })?.token.id;
  assertEquals(rightsOf("alice", ["staff"]), "alice@pve!mcp");
  assertEquals(rightsOf("mallory", ["staff"]), undefined);
  assertEquals(rightsOf("bob", ["staff", "pve-admins"]), "admins@pve!mcp");
  assert(JSON.parse(example).$schema.endsWith("/docs/people.schema.json"));
});

Deno.test("the file of people of several clusters that the page shows can be used", () => {
  const [, example = ""] = /```json\n(\{\n[^`]*"tokens"[^`]*)```/.exec(PAGE) ?? [];
  const { people, problems } = readPeople("/people.json", {
    get: () => undefined,
    readFile: (path) => path === "/people.json" ? example : "11111111-2222-4333-8444-555555555555",
  }, ["home", "lab"]);
  assertEquals(problems, []);
  const idsOf = (name: string, groups: readonly string[]): unknown[] =>
    ["home", "lab"].map((cluster) => people?.rightsOf({ name, groups }, cluster)?.token.id);
  assertEquals(idsOf("alice", ["contractors"]), ["alice@pve!mcp", "alice@pve!mcp"]);
  assertEquals(idsOf("bob", ["staff", "lab-admins"]), ["viewer@pve!mcp", "admins@pve!mcp"]);
  assertEquals(idsOf("carol", ["staff", "contractors"]), [undefined, undefined]);
});
