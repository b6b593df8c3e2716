/**
 * What a setting is: a variable of the environment, how it is read and described.
 *
 * @module
 */
import type * as z from "zod";

/** One variable: how its text is read, what it is without one, what it is for. */
export interface Setting {
  readonly type: z.ZodType<unknown, string>;
  /** Text as a user would write it. */
  readonly default?: string;
  readonly description: string;
  readonly group:
    | "Connection"
    | "TLS"
    | "Permissions"
    | "Tools"
    | "Behaviour"
    | "SSH"
    | "HTTP"
    | "Telemetry"
    | "Log"
    | "Clusters";
  readonly secret?: boolean;
  /**
   * Title of its field in the forms that ask for settings one by one: those of the MCP bundle, of
   * the MCP registry and of the plugin. Null for what is not asked for there.
   */
  readonly field: string | null;
  /** What is proposed to a person, where that is not the default. */
  readonly proposed?: string;
  /**
   * Whose it is: the process's, or each cluster's, as it is without this. Where there are several
   * clusters, `PROXMOX_READ_ONLY` holds for those that have no `PROXMOX_<NAME>_READ_ONLY`; what is
   * a cluster's `own` has no such default.
   */
  readonly scope?: "process" | "cluster" | "own";
  /** False: not written into a client's configuration by the command `config`. */
  readonly inConfig?: false;
}

/** What only some settings have. */
type SettingExtras = Partial<
  Pick<Setting, "default" | "secret" | "proposed" | "scope" | "inConfig">
>;

/** Describes a setting; what it has beside its texts stays in its type. */
export function setting<T extends z.ZodType<unknown, string>, const E extends SettingExtras>(
  group: Setting["group"],
  field: Setting["field"],
  type: T,
  description: string,
  extras?: E,
): Pick<Setting, "group" | "field" | "description"> & { readonly type: T } & E {
  return { group, field, type, description, ...extras as E };
}
