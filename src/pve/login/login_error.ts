/**
 * Why a login did not succeed, in words that say what to do; whatever it was for was not sent.
 *
 * @module
 */

/** What went wrong. */
export type LoginFailure =
  /** PVE did not take the password, or the user. */
  | "refused"
  /** A second factor is asked for, and there is no secret for it. */
  | "factor missing"
  /** A second factor is asked for that this program does not have. */
  | "factor unknown"
  /** PVE did not take the code. */
  | "code refused"
  /** The code is right by this machine's clock, and not by the node's. */
  | "clocks differ"
  /** A ticket just made was not taken. */
  | "ticket refused"
  /** No answer, or none that says anything of the password. */
  | "unavailable";

/** A login that did not succeed. */
export class LoginError extends Error {
  override readonly name = "LoginError";

  constructor(
    readonly failure: LoginFailure,
    message: string,
    /** What to do about it. */
    readonly hint: string,
    /** Seconds until the next try is made; 0 when it is made at once. */
    readonly pauseSeconds: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** True for what Proxmox VE decided against the login: it would again, and locks accounts for it. */
export function isAuthenticationFailure({ failure }: LoginError): boolean {
  return failure !== "unavailable";
}
