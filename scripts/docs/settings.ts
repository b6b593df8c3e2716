/**
 * The tables of settings.
 *
 * @module
 */
import { SETTINGS } from "../../src/config/settings.ts";
import { table } from "../markdown.ts";

type Entry = (typeof SETTINGS)[keyof typeof SETTINGS];

const HEADER = ["Variable", "Default", "What it does"];

function row([name, entry]: [string, Entry]): string[] {
  const fallback = "default" in entry && entry.default !== "" ? `\`${entry.default}\`` : "";
  return [`\`PROXMOX_${name}\``, fallback, entry.description];
}

/** The settings of each group under its name. */
export function settingsByGroup(): string {
  const groups = new Map<string, string[][]>();
  for (const entry of Object.entries(SETTINGS)) {
    const { group } = entry[1];
    groups.set(group, [...groups.get(group) ?? [], row(entry)]);
  }
  return [...groups].map(([group, rows]) => `### ${group}\n\n${table(HEADER, rows)}`).join("\n\n");
}
