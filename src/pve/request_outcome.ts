/**
 * What came of a request to Proxmox VE, as one of few words.
 *
 * @module
 */
import { NotPveError, PveError } from "./errors.ts";
import { TransportError } from "./transport/transport.ts";

/** The status, or why there is none: `timeout`, `refused`, `tls` and so on. */
export function requestOutcome(end: PromiseSettledResult<unknown>): string {
  if (end.status === "fulfilled") return "200";
  const error: unknown = end.reason;
  if (error instanceof PveError || error instanceof NotPveError) return String(error.status);
  if (error instanceof TransportError) return error.failure;
  const name = error instanceof Error ? error.name : "";
  if (name.endsWith("TimeoutError")) return "timeout";
  return name === "LoginError" ? "login" : "cancelled";
}
