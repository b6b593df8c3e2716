/**
 * The JSON Schema of the file of settings, for editors.
 *
 * @module
 */
import { configKey, type SettingName } from "../../src/config/names.ts";
import type { Setting } from "../../src/config/setting.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import {
  CLUSTER_KEYS,
  SECRET_VARIABLE,
  TOP_KEYS,
  variableKey,
} from "../../src/config/settings_file.ts";
import { jsonForm } from "../../src/config/values.ts";
import { REPOSITORY } from "../project.ts";

/** Where the schema is, below the repository. */
export const SCHEMA_PATH = "docs/proxmox-mcp.schema.json";

type Schema = Readonly<Record<string, unknown>>;

/** The names of variables in a description, as the file has them. */
function inFile(text: string): string {
  return text.replace(
    /`?PROXMOX_([A-Z_]+)`?/g,
    (whole, name: string) => name in SETTINGS ? `\`${configKey(name as SettingName)}\`` : whole,
  );
}

/** A default as its form has it. */
function defaultOf(form: Schema, text: string): unknown {
  if (form.type === "boolean") return text === "true";
  if (form.type === "integer") return Number(text);
  return Array.isArray(form.type) && form.type.includes("array") ? [] : text;
}

function properties(keys: ReadonlyMap<string, SettingName>): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  for (const [key, name] of keys) {
    const { type, description, default: text, secret = false }: Setting = SETTINGS[name];
    const form = jsonForm(type);
    found[key] = {
      ...form,
      description: inFile(description),
      ...(text ? { default: defaultOf(form, text) } : {}),
      ...(secret ? { writeOnly: true } : {}),
    };
    const holder = variableKey(name);
    if (holder === undefined) continue;
    found[holder] = {
      type: "string",
      pattern: SECRET_VARIABLE,
      description: `Variable that holds \`${key}\``,
    };
  }
  return found;
}

/** The schema as text. */
export function settingsSchema(): string {
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: `${REPOSITORY}/raw/main/${SCHEMA_PATH}`,
    title: "Settings of proxmox-mcp",
    description: "The file that PROXMOX_CONFIG names",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { type: "string" },
      clusters: {
        type: "object",
        description:
          "Clusters and single nodes by name; each has what the top of the file says by " +
          "default, but for what is its own",
        propertyNames: { pattern: "^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$" },
        additionalProperties: { $ref: "#/definitions/cluster" },
      },
      ...properties(TOP_KEYS),
    },
    definitions: {
      cluster: {
        type: "object",
        additionalProperties: false,
        properties: properties(CLUSTER_KEYS),
      },
    },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
