/**
 * The settings of `serve --http`: who gets in, by what, and where it is found.
 *
 * @module
 */
import { type Setting, setting } from "./setting.ts";
import { choice, hosts, list, text, webAddress } from "./values.ts";

/** For clients that a server over HTTP serves, not for one that starts its own. */
const OVER_HTTP = { scope: "process", inConfig: false } as const;

/** A part of the table of settings. */
export const HTTP_SETTINGS = {
  HTTP_AUTH: setting(
    "HTTP",
    null,
    choice("token", "pve", "oidc"),
    "Who calls `serve --http`: all by one bearer token, with the server's rights (`token`); each by a Proxmox VE API token of their own, with its rights (`pve`); or each by an access token of an identity provider, with the rights that `PROXMOX_HTTP_PEOPLE_FILE` maps them to (`oidc`)",
    { default: "token", ...OVER_HTTP },
  ),
  HTTP_TOKEN: setting("HTTP", null, text, "Bearer token that clients of `serve --http` must send", {
    secret: true,
    ...OVER_HTTP,
  }),
  HTTP_TOKEN_FILE: setting("HTTP", null, text, "File that holds the bearer token", OVER_HTTP),
  HTTP_STATE_KEY_FILE: setting(
    "HTTP",
    null,
    text,
    "File with a key of 32 characters or more that several servers share, so that each takes confirmations that another asked for; without it a key of this process",
    OVER_HTTP,
  ),
  HTTP_HOSTS: setting(
    "HTTP",
    null,
    hosts,
    "Host names that clients of `serve --http` use, beside the address it listens on",
    OVER_HTTP,
  ),
  HTTP_TLS_CERT: setting(
    "HTTP",
    null,
    text,
    "PEM file with the certificate (chain) for `serve --http`",
    OVER_HTTP,
  ),
  HTTP_TLS_KEY: setting(
    "HTTP",
    null,
    text,
    "PEM file with the private key of that certificate",
    OVER_HTTP,
  ),
  HTTP_URL: setting(
    "HTTP",
    null,
    webAddress,
    "URL of the endpoint as clients know it, such as `https://mcp.example.com/mcp`; without it, the one that a request is for",
    OVER_HTTP,
  ),
  HTTP_PEOPLE_FILE: setting(
    "HTTP",
    null,
    text,
    "JSON file that maps people and groups of the identity provider to Proxmox VE API tokens, for `oidc`",
    OVER_HTTP,
  ),
  HTTP_OIDC_ISSUER: setting(
    "HTTP",
    null,
    webAddress,
    "The identity provider, exactly as `iss` of its access tokens names it",
    OVER_HTTP,
  ),
  HTTP_OIDC_AUDIENCE: setting(
    "HTTP",
    null,
    list,
    "What `aud` of access tokens must name: the URL of this server, or what the identity provider calls it; several are separated by commas",
    { default: "", ...OVER_HTTP },
  ),
  HTTP_OIDC_SCOPES: setting(
    "HTTP",
    null,
    list,
    "Scopes that clients are told to ask the identity provider for",
    { default: "", ...OVER_HTTP },
  ),
  HTTP_OIDC_JWKS_URI: setting(
    "HTTP",
    null,
    webAddress,
    "Where the keys of the identity provider are; without it, where its own description says, on the same host",
    OVER_HTTP,
  ),
  HTTP_OIDC_CA_CERT: setting(
    "HTTP",
    null,
    text,
    "PEM file with the CA of the identity provider's certificate, where that is not a public one",
    OVER_HTTP,
  ),
} as const satisfies Record<string, Setting>;
