/** Settings, commands and tasks that the documents name exist. */
import config from "../../deno.json" with { type: "json" };
import { ROOT } from "../../scripts/project.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { CLIENTS } from "../../src/cli/commands/client_configs.ts";
import { CLUSTER_SETTINGS } from "../../src/config/names.ts";
import { OTHER_NAMES } from "../../src/config/other_names.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { variableOf } from "../../src/config/source.ts";
import { PRIVILEGES, PRIVILEGES_BEFORE_9 } from "../../src/pve/privileges.ts";
import { assert } from "../assert.ts";
import { DOCUMENTS } from "./documents.ts";

/** What the documents call the several clusters of one server. */
const OF_CLUSTERS = new Set(
  CLUSTER_SETTINGS.flatMap((key) => ["home", "lab"].map((name) => variableOf(key, name))),
);
/** Examples of variables that are no settings. */
const NO_SETTINGS = [
  ...["PROXMOX_HOSTS", "PROXMOX_SECRET_OF_LAB"],
  ...Object.keys(OTHER_NAMES).map((name) => `PROXMOX_${name}`),
];
const OTHERS = ["AGENTS.md", "CONTRIBUTING.md", "SECURITY.md", ".github/pull_request_template.md"];

for (const path of [...DOCUMENTS, ...OTHERS]) {
  const text = Deno.readTextFileSync(ROOT + path);

  Deno.test(`every setting that ${path} names exists`, () => {
    for (const [name, key = ""] of text.matchAll(/\bPROXMOX_([A-Z][A-Z_]*[A-Z])\b(?!\*)/g)) {
      if (NO_SETTINGS.includes(name) || OF_CLUSTERS.has(name)) continue;
      const prefix = Object.keys(SETTINGS).some((each) => each.startsWith(`${key}_`));
      assert(key in SETTINGS || (prefix && text.includes(`${name}_`)), name);
    }
  });

  Deno.test(`every command and task that ${path} names exists`, () => {
    for (const [, word = ""] of text.matchAll(/(?:^|`)proxmox-mcp ([a-z]+)\b/gm)) {
      assert(word in COMMANDS, `There is no command ${word}`);
    }
    for (const [, client = ""] of text.matchAll(/\bproxmox-mcp config ([a-z-]+)/g)) {
      assert(client in CLIENTS, `There is no client ${client}`);
    }
    for (const [, task = ""] of text.matchAll(/\bdeno(?:@[\d.]+)? task ([a-z][\w:-]*)/g)) {
      assert(task in config.tasks, `There is no task ${task}`);
    }
  });
}

for (const path of DOCUMENTS) {
  Deno.test(`every privilege that ${path} names is one of Proxmox VE`, () => {
    const text = Deno.readTextFileSync(ROOT + path);
    const areas = "VM|Sys|Datastore|SDN|Pool|Mapping|Realm|User|Group|Permissions";
    for (const [name] of text.matchAll(new RegExp(`\\b(?:${areas})(?:\\.[A-Z][A-Za-z]+)+`, "g"))) {
      const known = PRIVILEGES.includes(name) ||
        PRIVILEGES.some((each) => each.startsWith(`${name}.`));
      assert(known || PRIVILEGES_BEFORE_9.includes(name), name);
    }
  });
}

Deno.test("docs/security.md says what every setting for permissions and TLS protects", () => {
  const text = Deno.readTextFileSync(`${ROOT}docs/security.md`);
  for (const [key, { group }] of Object.entries(SETTINGS)) {
    if (group !== "Permissions" && group !== "TLS") continue;
    assert(text.includes(`PROXMOX_${key}`), `It does not speak of PROXMOX_${key}`);
  }
});
