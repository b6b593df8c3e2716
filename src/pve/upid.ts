/**
 * Parses UPIDs, the names of tasks: `UPID:NODE:PID:PSTART:STARTTIME:TYPE:ID:USER:`, numbers in hex.
 *
 * @module
 */

/** What a UPID says about its task. */
export interface Upid {
  readonly upid: string;
  /** Node that runs the task, and the only one that knows it. */
  readonly node: string;
  /** Seconds since 1970. */
  readonly starttime: number;
  /** PVE's worker type: `qmstart`, `vzdump`… */
  readonly type: string;
  /** What it works on, often a vmid; may be empty. */
  readonly id: string;
  /** Who started it: user, or token id. */
  readonly user: string;
}

const UPID_FORM =
  /^UPID:([A-Za-z0-9][A-Za-z0-9-]*):[0-9A-F]{8,9}:[0-9A-F]{8,9}:([0-9A-F]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/i;

/** Reads a UPID, or answers undefined when the text is none. */
export function parseUpid(text: unknown): Upid | undefined {
  if (typeof text !== "string") return undefined;
  const match = UPID_FORM.exec(text);
  if (!match) return undefined;
  const [upid, node = "", start = "", type = "", id = "", user = ""] = match;
  return { upid, node, starttime: parseInt(start, 16), type, id, user };
}
