/**
 * What proves to Proxmox VE who asks.
 *
 * @module
 */

/** Headers by name. */
export type Headers = Readonly<Record<string, string>>;

/** Proves who asks, request by request. */
export interface Credentials {
  /** Who that is: `user@realm!name` of a token, `user@realm` of a login. */
  readonly identity: string;
  /** The headers that a request needs. */
  headers(method: string, signal?: AbortSignal): Promise<Headers>;
  /**
   * Hears that Proxmox VE no longer takes these headers; true when the next ones are others.
   * Only what has an end has this.
   */
  expired?(headers: Headers): boolean;
}

/** An API token. */
export interface Token {
  /** `user@realm!name` */
  readonly id: string;
  readonly secret: string;
}

/** A token's id in a header, whose value PVE takes percent-decoded. */
function headerText(text: string): string {
  return text.replace(/[^\x21-\x7e]|[%;]/gu, encodeURIComponent);
}

/** The credentials of an API token. */
export function tokenCredentials({ id, secret }: Token): Credentials {
  const headers = Promise.resolve({ Authorization: `PVEAPIToken=${headerText(id)}=${secret}` });
  return { identity: id, headers: () => headers };
}
