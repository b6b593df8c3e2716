/**
 * A request that is told before it is sent, so that what it takes away can be judged and confirmed.
 *
 * @module
 */
import type { Operation } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import type { FileState } from "./services.ts";

/** A request as it would be sent. */
export interface PlannedRequest {
  readonly operation: Operation;
  readonly args: Args;
  /** The file of this machine that is sent with it. */
  readonly file?: FileState;
}
