/**
 * Tells an answer of 401 that came before any operation from one of an operation itself.
 *
 * @module
 */
import { readBody } from "./body_limits.ts";
import type { Credentials } from "./credentials.ts";
import { type Attempt, errorOf } from "./errors.ts";
import { LoginError } from "./login/login_error.ts";

/** A 401 that came before any operation: nothing was done. */
export class Unauthenticated {
  constructor(private readonly response: Response) {}

  /** What ends the call, where no other ticket can be had. */
  error(attempt: Attempt, { identity, expired }: Credentials): Error {
    if (!expired) return errorOf(attempt, this.response, "");
    return new LoginError(
      "ticket refused",
      `Proxmox VE did not take a new ticket of ${identity}`,
      "The clocks of the nodes may be more than five minutes apart, or the user was disabled just now",
      0,
    );
  }
}

/**
 * Reads an answer of 401: an operation that gives it itself says why in its body; what comes before
 * one has none.
 */
export async function unauthenticated<T>(
  attempt: Attempt,
  response: Response,
  read: (response: Response) => Promise<T>,
): Promise<T | Unauthenticated> {
  const text = await readBody(attempt, response);
  const { status, statusText, headers } = response;
  const again = new Response(text, { status, headers });
  // The constructor takes none with characters that PVE's may have.
  Object.defineProperty(again, "statusText", { value: statusText });
  return text === "" ? new Unauthenticated(again) : await read(again);
}
