/**
 * Tickets of logins, and the tokens against forged requests that belong to them.
 * Source: PVE::AccessControl, PVE::Ticket, PVE::HTTPServer.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import { hexText } from "../core/random.ts";

/** Seconds that a ticket is good for. */
const LIFETIME = 2 * 3600;
/** Seconds that the clocks of two nodes may be apart. */
const MOST_SKEW = 300;
/** What begins the name in a ticket of which the second factor is still missing. */
const CHALLENGE = "!tfa!";

/** A ticket that was accepted. */
export interface Ticket {
  readonly user: string;
  /** What its owner may answer with, as JSON: a second factor is still missing. */
  readonly challenge?: string;
}

function hexTime(cluster: Cluster): string {
  return cluster.now().toString(16).toUpperCase().padStart(8, "0");
}

function signature(cluster: Cluster, length: number): string {
  return btoa(hexText(cluster.random, length));
}

/** Makes a ticket of a user, or of a challenge to one. */
export function makeTicket(cluster: Cluster, ticket: Ticket): string {
  const name = ticket.challenge === undefined
    ? ticket.user
    : CHALLENGE + encodeURIComponent(ticket.challenge);
  const text = `PVE:${name}:${hexTime(cluster)}::${signature(cluster, 256)}`;
  cluster.table("access.tickets").set(text, { ...ticket, time: cluster.now() });
  return text;
}

/** Makes the token that a user's writes have to carry. */
export function makeCsrfToken(cluster: Cluster, user: string): string {
  const text = `${hexTime(cluster)}:${signature(cluster, 32).replace(/=+$/, "")}`;
  cluster.table("access.csrf").set(text, { user, time: cluster.now() });
  return text;
}

function isFresh(cluster: Cluster, time: number): boolean {
  const age = cluster.now() - time;
  return age > -MOST_SKEW && age < LIFETIME;
}

/** The ticket of a text, or undefined when it is none, or no longer one. */
export function verifyTicket(cluster: Cluster, text: string): Ticket | undefined {
  const known = cluster.table("access.tickets").get(text);
  return known && isFresh(cluster, known.time) ? known : undefined;
}

/** True for a token against forged requests of this user. */
export function verifyCsrfToken(cluster: Cluster, user: string, text: string): boolean {
  const known = cluster.table("access.csrf").get(text);
  return known !== undefined && known.user === user && isFresh(cluster, known.time);
}
