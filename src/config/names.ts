/**
 * The names of the settings, whose each is, and the keys that their values have.
 *
 * @module
 */
import type * as z from "zod";
import type { Setting } from "./setting.ts";
import { SETTINGS } from "./settings.ts";

/** A key of {@linkcode SETTINGS}. */
export type SettingName = keyof typeof SETTINGS;
/** All keys of {@linkcode SETTINGS}. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** Whose a setting is. */
export function scopeOf(name: SettingName): NonNullable<Setting["scope"]> {
  const { scope = "cluster" }: Setting = SETTINGS[name];
  return scope;
}

/** Those that are the same for all clusters. */
export type ProcessSetting = {
  [K in SettingName]: (typeof SETTINGS)[K] extends { readonly scope: "process" } ? K : never;
}[SettingName];
/** Those that each cluster has. */
export type ClusterSetting = Exclude<SettingName, ProcessSetting>;

export const PROCESS_SETTINGS = SETTING_NAMES.filter((name): name is ProcessSetting =>
  scopeOf(name) === "process"
);
export const CLUSTER_SETTINGS = SETTING_NAMES.filter((name): name is ClusterSetting =>
  scopeOf(name) !== "process"
);

/** `READ_ONLY` → `readOnly` */
type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<S>;

/** The key in {@linkcode Values} of a setting: its name in camelCase. */
export function configKey<K extends SettingName>(name: K): CamelCase<K> {
  const key = name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return key as CamelCase<K>;
}

type ValueOf<K extends SettingName> = z.infer<(typeof SETTINGS)[K]["type"]>;
/** The values of the settings; those without a default may be missing. */
export type Values<Names extends SettingName = SettingName> = {
  readonly [K in Names as CamelCase<K>]: (typeof SETTINGS)[K] extends { readonly default: string }
    ? ValueOf<K>
    : ValueOf<K> | undefined;
};
