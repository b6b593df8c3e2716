/**
 * The one request of a login: `POST /access/ticket`. Source: PVE::API2::AccessControl.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { below } from "../../base/text/host.ts";
import { readBody } from "../body_limits.ts";
import { encodeRequest } from "../encode.ts";
import { errorOf, NotPveError } from "../errors.ts";
import type { Transport } from "../transport/transport.ts";

/** Whom to ask, and for whom. */
export interface TicketRequest {
  readonly host: URL;
  readonly transport: Transport;
  readonly clock: Clock;
  /** `user@realm` */
  readonly user: string;
  readonly timeoutSeconds: number;
}

/** What proves the user: a password, a ticket that is still good, or the answer to a challenge. */
export interface TicketForm {
  readonly password: string;
  readonly challenge?: string;
}

/** A ticket, or a challenge in its place. */
export interface Grant {
  readonly ticket: string;
  readonly csrfToken: string;
  /** What may be answered; absent when the ticket is one. */
  readonly challenge?: { readonly totp: boolean };
  /** Milliseconds since 1970 by the node's clock, when it says. */
  readonly time?: number;
}

interface TicketBody {
  readonly ticket?: unknown;
  readonly CSRFPreventionToken?: unknown;
  readonly NeedTFA?: unknown;
}

const OPERATION = "POST /access/ticket";

/**
 * Asks for a ticket.
 *
 * @returns Undefined when Proxmox VE did not take what was sent.
 * @throws When no answer came, or one that is not about it.
 */
export async function requestTicket(
  { host, transport, clock, user, timeoutSeconds }: TicketRequest,
  { password, challenge }: TicketForm,
): Promise<Grant | undefined> {
  const attempt = { operation: OPERATION, args: { username: user } } as const;
  const { method, path, body = "" } = encodeRequest(OPERATION, {
    username: user,
    password,
    ...(challenge === undefined ? {} : { "tfa-challenge": challenge }),
  });
  const controller = new AbortController();
  const timeUp = new DOMException(`${timeoutSeconds} seconds are over`, "TimeoutError");
  const disarm = clock.after(timeoutSeconds * 1000, () => controller.abort(timeUp));
  try {
    const response = await transport.fetch(below(host, path), {
      method,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body,
      signal: controller.signal,
    });
    const text = await readBody(attempt, response);
    if (response.status === 401) return undefined;
    if (!response.ok) throw errorOf(attempt, response, text);
    return grantOf(text, Date.parse(response.headers.get("date") ?? "")) ??
      notATicket(attempt, response.status);
  } finally {
    disarm();
  }
}

function notATicket(attempt: NotPveError["attempt"], status: number): never {
  throw new NotPveError(attempt, status, "Something that is no ticket came back");
}

function grantOf(text: string, time: number): Grant | undefined {
  let data: TicketBody | undefined;
  try {
    data = (JSON.parse(text) as { readonly data?: TicketBody }).data;
  } catch {
    return undefined;
  }
  const { ticket, CSRFPreventionToken: csrfToken } = data ?? {};
  if (typeof ticket !== "string" || typeof csrfToken !== "string") return undefined;
  return {
    ticket,
    csrfToken,
    ...(ticket.startsWith("PVE:!tfa!") ? { challenge: challengeOf(ticket) } : {}),
    ...(Number.isNaN(time) ? {} : { time }),
  };
}

/** What a challenge takes: it is the name in its ticket, as JSON. */
function challengeOf(ticket: string): { readonly totp: boolean } {
  try {
    const name = ticket.split(":")[1] ?? "";
    const asked = JSON.parse(decodeURIComponent(name.slice("!tfa!".length))) as { totp?: unknown };
    return { totp: asked.totp === true };
  } catch {
    return { totp: true }; // What it says may change: the code tells.
  }
}
