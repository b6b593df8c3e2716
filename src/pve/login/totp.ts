/**
 * Codes by time, of a secret as authenticator apps take it: in base32, or a whole `otpauth://` URL.
 *
 * @module
 */
import { TOTP, URI } from "otpauth";

/** Makes the codes of one secret. */
export interface Codes {
  /** Which code it is the time of. */
  step(nowMs: number): number;
  /** Milliseconds until the next one. */
  untilNext(nowMs: number): number;
  code(nowMs: number): string;
}

/** The codes of a secret. */
export function codesOf(secret: string): Codes {
  const totp = /^otpauth:/i.test(secret)
    ? URI.parse(secret) as TOTP
    : new TOTP({ secret: secret.replace(/[\s-]/g, "").toUpperCase() });
  return {
    step: (timestamp) => totp.counter({ timestamp }),
    untilNext: (timestamp) => totp.remaining({ timestamp }),
    code: (timestamp) => totp.generate({ timestamp }),
  };
}
