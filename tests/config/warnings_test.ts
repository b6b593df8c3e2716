/** Variables that look like settings and are none: misspelt ones, and those of other programs. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { loadConfig } from "../../src/config/config.ts";
import { CLUSTER_SETTINGS, type ClusterSetting, SETTING_NAMES } from "../../src/config/names.ts";
import { OTHER_NAMES } from "../../src/config/other_names.ts";
import { environment } from "../environment.ts";

const MINIMAL = {
  PROXMOX_HOST: "pve1.example.com",
  PROXMOX_TOKEN_NAME: "mcp",
  PROXMOX_TOKEN_VALUE: "11111111-2222-3333-4444-555555555555",
};

Deno.test("loadConfig() warns of names that look like settings, and of no others", () => {
  const { warnings } = loadConfig(environment({
    ...MINIMAL,
    PROXMOX_TOKEN_VALU: "x",
    PROXMOX_ALLOW_ELEVATE: "true",
    PROXMOX_BACKUP_REPOSITORY: "x",
  }));
  assertEquals(warnings, [
    "PROXMOX_TOKEN_VALU is not a setting and has no effect. Did you mean PROXMOX_TOKEN_VALUE?",
    "PROXMOX_ALLOW_ELEVATE is not a setting and has no effect. Did you mean PROXMOX_ALLOW_ELEVATED?",
  ]);
});

Deno.test("what other programs read is told with the setting that holds it, listed or not", () => {
  const others = {
    PROXMOX_URL: "x",
    PROXMOX_TOKEN_ID: "x",
    PROXMOX_TOKEN: "x",
    PROXMOX_VERIFY_SSL: "false",
  };
  const wanted = [
    /^PROXMOX_URL is not a setting .* PROXMOX_HOST\?$/,
    /^PROXMOX_TOKEN_ID is not .* PROXMOX_TOKEN_NAME\? \(it takes USER@REALM!NAME as well\)$/,
    /^PROXMOX_TOKEN is not .* PROXMOX_TOKEN_VALUE\? \(it is the secret alone/,
    /^PROXMOX_VERIFY_SSL is not .* PROXMOX_SSL_MODE\? \(verify checks .* insecure does not\)$/,
  ];
  const listed = environment({ ...MINIMAL, ...others });
  for (const each of [listed, { ...listed, names: () => [] }]) {
    const { warnings } = loadConfig(each);
    assertEquals(warnings.length, wanted.length, warnings.join("\n"));
    for (const [index, pattern] of wanted.entries()) assertMatch(warnings[index] ?? "", pattern);
  }
});

Deno.test("every name of another program is none of this one's, and its setting takes a value", () => {
  for (const [other, [key]] of Object.entries(OTHER_NAMES)) {
    assert(!SETTING_NAMES.some((name) => name === other), other);
    assert(CLUSTER_SETTINGS.includes(key as ClusterSetting), key);
  }
});
