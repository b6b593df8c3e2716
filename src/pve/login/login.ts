/**
 * A login with user and password: makes its ticket when first needed, renews it before it ends, and
 * does not repeat what was refused, since that locks accounts. Knows no settings.
 *
 * @module
 */
import { abortable } from "../../base/async/abortable.ts";
import type { Clock } from "../../base/async/clock.ts";
import { log, registerSecret } from "../../base/process/log.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { counted } from "../../base/text/units.ts";
import type { Credentials, Headers } from "../credentials.ts";
import { isAuthenticationFailure, LoginError } from "./login_error.ts";
import { type Grant, requestTicket, type TicketForm } from "./ticket_request.ts";
import type { Transport } from "../transport/transport.ts";

/** How long Proxmox VE takes a ticket. */
const LIFETIME_MS = 2 * 3_600_000;
/** From this age on a ticket is exchanged for a new one. */
const RENEWAL_MS = LIFETIME_MS * 3 / 4;
/** From this age on it may end on its way: the password is sent again. */
const END_MS = LIFETIME_MS - 300_000;
/** How long nothing is tried after Proxmox VE has refused a login. */
const PAUSE_MS = 300_000;
/** How far the clock of a node may be off before its codes are others. */
const MOST_SKEW_MS = 30_000;

/** What a login needs. */
export interface LoginOptions {
  readonly host: URL;
  readonly transport: Transport;
  readonly clock: Clock;
  /** `user@realm` */
  readonly user: string;
  readonly password: string;
  /** Of the second factor, where the user has one. */
  readonly totpSecret?: string;
  readonly timeoutSeconds: number;
}

interface Held extends Grant {
  readonly since: number;
}

/** One user, logged in with a password. */
export class Login implements Credentials {
  readonly #options: LoginOptions;
  #held: Held | undefined;
  #running: Promise<Held> | undefined;
  #refusal: { readonly error: LoginError; readonly until: number } | undefined;
  /** Lets go of what is held as secrets of the log. */
  #forget = (): void => {};
  /** The code that was sent last: each is taken once. */
  #lastStep = 0;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** `user@realm` */
  get identity(): string {
    return this.#options.user;
  }

  /**
   * The headers of a request.
   *
   * @throws {LoginError} When the login does not succeed.
   */
  async headers(method: string, signal?: AbortSignal): Promise<Headers> {
    const { ticket, csrfToken } = await this.#current(signal);
    return {
      Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`,
      ...(method === "GET" ? {} : { CSRFPreventionToken: csrfToken }),
    };
  }

  /** Forgets the ticket in these headers: Proxmox VE no longer takes it. */
  expired({ Cookie = "" }: Headers): boolean {
    const held = this.#held;
    if (held && Cookie.endsWith(encodeURIComponent(held.ticket))) this.#held = undefined;
    return true;
  }

  async #current(signal: AbortSignal | undefined): Promise<Held> {
    const age = this.#held ? this.#options.clock.monotonic() - this.#held.since : Infinity;
    if (this.#held && age < RENEWAL_MS) return this.#held;
    this.#running ??= this.#renew(age).finally(() => this.#running = undefined);
    return await abortable(this.#running, signal);
  }

  async #renew(age: number): Promise<Held> {
    const held = this.#held;
    if (held && age < END_MS) {
      try {
        return this.#hold(await this.#request({ password: held.ticket }));
      } catch (error) {
        // It is good for a while, and asked again by the next request.
        if (error instanceof LoginError && !isAuthenticationFailure(error)) return held;
      }
    }
    this.#held = undefined;
    return await this.#logIn();
  }

  async #logIn(): Promise<Held> {
    const { clock, user } = this.#options;
    const refusal = this.#refusal;
    const leftMs = refusal ? refusal.until - clock.monotonic() : 0;
    if (refusal && leftMs > 0) throw paused(refusal.error, leftMs);
    this.#refusal = undefined;
    try {
      const held = this.#hold(await this.#prove());
      log("login").info(`Logged in as ${user}`);
      return held;
    } catch (error) {
      if (error instanceof LoginError && isAuthenticationFailure(error)) {
        this.#refusal = { error, until: clock.monotonic() + PAUSE_MS };
        log("login").error(`${error.message}: ${error.hint}`);
      }
      throw error;
    }
  }

  /** Sends the password, and the code where one is asked for. */
  async #prove(): Promise<Grant> {
    const { user, password, totpSecret, clock } = this.#options;
    const grant = await this.#request({ password });
    if (!grant.challenge) return grant;
    if (totpSecret === undefined) {
      throw refused("factor missing", `${user} has a second factor, and no code could be sent`, [
        "PROXMOX_TOTP_SECRET_FILE or PROXMOX_TOTP_SECRET names the secret of its codes by time",
        "WebAuthn, YubiKey and recovery codes are not supported",
      ]);
    }
    if (!grant.challenge.totp) {
      throw refused(
        "factor unknown",
        `${user} has a second factor that takes no codes by time now`,
        [
          "WebAuthn, YubiKey and recovery codes are not supported: add TOTP in Datacenter > Permissions > Two Factor",
          "After too many wrong codes Proxmox VE locks them: an administrator unlocks them there",
        ],
      );
    }
    const { codesOf } = await import("./totp.ts");
    const codes = codesOf(totpSecret);
    if (codes.step(clock.now()) <= this.#lastStep) await clock.sleep(codes.untilNext(clock.now()));
    this.#lastStep = codes.step(clock.now());
    const code = codes.code(clock.now());
    const skew = grant.time === undefined ? 0 : grant.time - clock.now();
    try {
      return await this.#request({ password: `totp:${code}`, challenge: grant.ticket });
    } catch (error) {
      if (!(error instanceof LoginError) || error.failure !== "refused") throw error;
      if (Math.abs(skew) > MOST_SKEW_MS) {
        const seconds = Math.round(Math.abs(skew) / 1000);
        throw refused(
          "clocks differ",
          `The code of ${user} was not taken: the clocks of this machine and of the node are ${seconds} s apart`,
          ["Set both by NTP: a code is good for half a minute"],
        );
      }
      throw refused("code refused", `The code of the second factor of ${user} was not taken`, [
        "PROXMOX_TOTP_SECRET must be the secret of that user; Proxmox VE locks codes after eight wrong ones",
      ]);
    }
  }

  #hold(grant: Grant): Held {
    this.#forget();
    const forgets = [grant.ticket, grant.csrfToken].map(registerSecret);
    this.#forget = () => forgets.forEach((forget) => forget());
    this.#refusal = undefined;
    return this.#held = { ...grant, since: this.#options.clock.monotonic() };
  }

  async #request(form: TicketForm): Promise<Grant> {
    const { user } = this.#options;
    let grant: Grant | undefined;
    try {
      grant = await requestTicket(this.#options, form);
    } catch (error) {
      throw new LoginError(
        "unavailable",
        `Cannot log in as ${user}: ${errorMessage(error)}`,
        "This says nothing of the password: the next call tries again",
        0,
        error,
      );
    }
    if (grant) return grant;
    throw refused("refused", `Proxmox VE did not let ${user} log in`, [
      "It does not say which: the password is wrong, the user is unknown, disabled, expired or locked, or PROXMOX_LOGIN_USER names another realm",
    ]);
  }
}

function refused(
  failure: LoginError["failure"],
  message: string,
  hints: readonly string[],
): LoginError {
  return new LoginError(failure, message, hints.join(". "), PAUSE_MS / 1000);
}

function paused({ failure, message, hint }: LoginError, leftMs: number): LoginError {
  const seconds = Math.ceil(leftMs / 1000);
  return new LoginError(
    failure,
    `${message}, and it is not tried again for ${
      counted(seconds, "second")
    }, as that locks accounts`,
    `${hint}. A restart of this server tries at once`,
    seconds,
  );
}
