/**
 * The tables of settings.
 *
 * @module
 */
import { scopeOf, SETTING_NAMES, type SettingName } from "../../src/config/names.ts";
import type { Setting } from "../../src/config/setting.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { table } from "../markdown.ts";

const HEADER = ["Variable", "Of", "Default", "What it does"];
const OF = { process: "server", cluster: "cluster", own: "cluster, own" } as const;

function row(name: SettingName): string[] {
  const { default: text, description }: Setting = SETTINGS[name];
  return [`\`PROXMOX_${name}\``, OF[scopeOf(name)], text ? `\`${text}\`` : "", description];
}

/** The settings of each group under its name. */
export function settingsByGroup(): string {
  const groups = new Map<string, string[][]>();
  for (const name of SETTING_NAMES) {
    const { group } = SETTINGS[name];
    groups.set(group, [...groups.get(group) ?? [], row(name)]);
  }
  return [...groups].map(([group, rows]) => `### ${group}\n\n${table(HEADER, rows)}`).join("\n\n");
}
