/**
 * Reads the address that `serve --http` listens on, and checks that the bearer token suits it.
 *
 * @module
 */
import type { ProcessConfig } from "../../config/config.ts";
import { ConfigError } from "../../config/config_error.ts";
import { type Address, isLoopback } from "./access.ts";

/** Fewest characters of a bearer token: it must not be guessed. */
const MIN_TOKEN_CHARACTERS = 16;

/**
 * Reads `127.0.0.1:8808`, `[::1]:8808`, `name:8808`, or a port alone, which is on 127.0.0.1;
 * undefined when it is none of these.
 */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:(\[[0-9a-f:.]+\]|[\w.-]+):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.[2]);
  const host = match?.[1] ?? "127.0.0.1";
  if (!match || port > 65535 || !URL.canParse(`http://${host}`)) return undefined;
  return { hostname: new URL(`http://${host}`).hostname, port };
}

/**
 * The bearer token to demand of all, or undefined where none is wanted.
 *
 * @param withoutToken Nobody is asked for a token.
 * @throws {ConfigError} When there is no token where one is needed, or it is too short.
 */
export function tokenFor(
  address: Address,
  { httpAuth, httpToken: token }: Pick<ProcessConfig, "httpAuth" | "httpToken">,
  withoutToken: boolean,
): string | undefined {
  const problems = httpAuth !== "token"
    ? ownTokenProblems(httpAuth, token, withoutToken)
    : tokenProblems(address, token, withoutToken);
  if (problems.length > 0) throw new ConfigError(problems);
  return token;
}

/** Where each caller has a token, there is none for all, nor are some let in without one. */
function ownTokenProblems(
  httpAuth: ProcessConfig["httpAuth"],
  token: string | undefined,
  withoutToken: boolean,
): string[] {
  const asks =
    `PROXMOX_HTTP_AUTH=${httpAuth} asks each caller for one of their own: leave one of them out`;
  return [
    ...(token === undefined ? [] : [`PROXMOX_HTTP_TOKEN: set, though ${asks}`]),
    ...(withoutToken ? [`--without-token: given, though ${asks}`] : []),
  ];
}

function tokenProblems(
  address: Address,
  token: string | undefined,
  withoutToken: boolean,
): string[] {
  if (withoutToken && token !== undefined) {
    return ["PROXMOX_HTTP_TOKEN: set, though --without-token asks for none: leave one of them out"];
  }
  if (withoutToken && !isLoopback(address)) {
    return [`--without-token: not allowed on ${address.hostname}, which other machines may reach`];
  }
  if (withoutToken) return [];
  if (token === undefined) {
    const alternative = isLoopback(address) ? ", or give --without-token" : "";
    return [
      `PROXMOX_HTTP_TOKEN: not set: set it or PROXMOX_HTTP_TOKEN_FILE to a bearer token${alternative}`,
    ];
  }
  return token.length >= MIN_TOKEN_CHARACTERS && /^[!-~]+$/.test(token) ? [] : [
    `PROXMOX_HTTP_TOKEN: expected ${MIN_TOKEN_CHARACTERS} characters or more, of ASCII and without spaces`,
  ];
}
