/**
 * A call: a request of which path, parameters and permission have been checked.
 *
 * @module
 */
import type { Operation } from "../../pve/api.ts";

/** A parameter after verification: integers and numbers are numbers, booleans are booleans. */
export type ParamValue = string | number | boolean | readonly string[];

/** A verified and permitted request. */
export interface Call {
  readonly operation: Operation;
  /** Values of the path's placeholders, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** All other parameters, typed as the facts say. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Who asks: `root@pam` or `root@pam!mcp`. */
  readonly user: string;
  /** The HA manager itself asks: what it manages is not handed on to it. */
  readonly byHa?: boolean;
  /** Size of the file of an upload. */
  readonly fileBytes?: number;
}
