/**
 * Parses the text of environment variables: hosts, flags, lists, durations.
 *
 * @module
 */
import * as z from "zod";
import { parseBoolean } from "../base/text/boolean.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { parseFingerprints } from "../pve/transport/fingerprint.ts";
import { isTokenId, isUserId } from "../pve/identity_forms.ts";
import { isIpv6 } from "../pve/ip.ts";
import { parseSize } from "../pve/size.ts";

/** JSON Schema of what stands in a file in place of a setting's text. */
export type JsonForm = Readonly<Record<string, unknown>>;

const FORMS = z.registry<{ readonly form: JsonForm }>();
const TEXT: JsonForm = { type: "string" };
const WORDS: JsonForm = { type: ["array", "string"], items: TEXT };
const AMOUNT: JsonForm = { type: ["integer", "string"] };

/** The form in JSON of what a type of setting reads. */
export function jsonForm(type: z.ZodType): JsonForm {
  return FORMS.get(type)?.form ?? TEXT;
}

/** A zod type that reads text with `read`, whose error message becomes the problem. */
function fromText<T>(read: (text: string) => T, form = TEXT): z.ZodType<T, string> {
  const type = z.string().transform((text, context) => {
    try {
      return read(text.trim());
    } catch (error) {
      context.addIssue({ code: "custom", message: errorMessage(error) });
      return z.NEVER;
    }
  });
  return type.register(FORMS, { form });
}

function splitList(value: string): string[] {
  return value.split(/[\s,]+/).filter((word) => word !== "");
}

/** Plain text, at least one character. */
export const text = fromText((value) => {
  if (value === "") throw new TypeError("expected some text, got nothing");
  return value;
});

/** `true` or `false`, or another word for them. */
export const flag = fromText((value) => {
  const parsed = value === "" ? false : parseBoolean(value);
  if (parsed !== undefined) return parsed;
  throw new TypeError(`expected true or false, got "${value}"`);
}, { type: "boolean" });

/** SHA-256 fingerprints in any usual notation, one or several separated by commas. */
export const fingerprints = fromText((value) => {
  const all = parseFingerprints(value);
  if (all.length === 0) throw new TypeError(`expected a SHA-256 fingerprint, got "${value}"`);
  return all.join(",");
}, WORDS);

/** One of several words. */
export function choice<const T extends string>(...list: readonly T[]): z.ZodType<T, string> {
  return fromText((value) => {
    const word = list.find((each) => each === value.toLowerCase());
    if (word === undefined) throw new TypeError(`expected ${list.join(", ")}, got "${value}"`);
    return word;
  }, { enum: list });
}

/** A whole number within bounds. */
export function integer(minimum: number, maximum: number): z.ZodType<number, string> {
  return fromText((value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < minimum || number > maximum) {
      throw new TypeError(`expected a whole number from ${minimum} to ${maximum}, got "${value}"`);
    }
    return number;
  }, { type: "integer", minimum, maximum });
}

/** Seconds, with an optional unit: `60`, `90s`, `5m`. */
export function seconds(minimum: number, maximum: number): z.ZodType<number, string> {
  return fromText((value) => {
    const match = /^(\d+)\s*(s|m|min)?$/i.exec(value);
    const amount = Number(match?.[1]) * (match?.[2]?.toLowerCase().startsWith("m") ? 60 : 1);
    if (!match || amount < minimum || amount > maximum) {
      throw new TypeError(`expected ${minimum} to ${maximum} seconds, got "${value}"`);
    }
    return amount;
  }, AMOUNT);
}

/** Bytes, as sizes are written elsewhere: `500M`, `10G`. */
export const size = fromText(parseSize, AMOUNT);

/** Words separated by commas or white space. */
export const list = fromText(splitList, WORDS);

/** What authenticator apps take: a secret in base32, or a whole URL. */
export const totpSecret = fromText((value) => {
  if (/^otpauth:\/\/totp\/.*[?&]secret=[A-Za-z2-7]+/.test(value)) return value;
  if (/^[A-Za-z2-7]{16,}=*$/.test(value.replace(/[\s-]/g, ""))) return value;
  throw new TypeError("expected a secret in base32, or an otpauth:// URL");
});

/** A user with its realm: `root@pam`. */
export const user = fromText((value) => {
  if (!isUserId(value)) {
    throw new TypeError(
      `expected a user with its realm such as root@pam or mcp@pve, got "${value}"`,
    );
  }
  return value;
});

/** True for a host name that stands for this machine alone. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A URL of HTTPS, kept as it is written: issuers are compared to the letter. */
export const webAddress = fromText((value) => {
  const url = URL.parse(value);
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain) throw new TypeError("expected a URL without user, query and fragment");
  if (url.protocol === "https:") return value;
  if (url.protocol === "http:" && isLoopbackName(url.hostname)) return value;
  throw new TypeError(`expected https, got "${value}": http is for this machine alone`);
});

/** A whole token id: `mcp@pve!migrate`. */
export const tokenId = fromText((value) => {
  if (isTokenId(value)) return value;
  throw new TypeError(
    "expected the whole id of a token such as mcp@pve!migrate, without its secret",
  );
});

/** A host as the user wrote it. */
export interface HostAddress {
  readonly hostname: string;
  /** The port, when one was given. */
  readonly port: number | undefined;
  /** It was a URL, which means the port of HTTPS where none is named, as behind a reverse proxy. */
  readonly isUrl: boolean;
  /** The path of a URL, which stands in front of all others; empty without one. */
  readonly prefix: string;
}

const API_PORT = 8006;
const HTTPS_PORT = 443;

/**
 * The base URL of a host's API.
 *
 * @param defaultPort The port that is meant where the host names none.
 */
export function apiUrl({ hostname, port, isUrl, prefix }: HostAddress, defaultPort?: number): URL {
  const effectivePort = port ?? defaultPort ?? (isUrl ? HTTPS_PORT : API_PORT);
  return new URL(`https://${hostname}:${effectivePort}${prefix}`);
}

function portNumber(digits: string, text: string): number {
  const port = Number(digits);
  if (port < 1 || port > 65535) {
    throw new TypeError(`expected a port from 1 to 65535 in "${text}"`);
  }
  return port;
}

function checkHostname(hostname: string, text: string): string {
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(hostname)) {
    throw new TypeError(`expected a host name, an IP address or a URL, got "${text}"`);
  }
  return hostname.toLowerCase();
}

function parseUrl(text: string): HostAddress {
  // A URL does not tell 443 from no port at all.
  const [, port] = /^[^:]+:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(text) ?? [];
  const namedPort = port ? portNumber(port, text) : undefined;
  if (!URL.canParse(text)) throw new TypeError(`expected a URL, got "${text}"`);
  const { hostname, pathname, username, password } = new URL(text);
  if (username || password) throw new TypeError("expected a URL without user and password");
  // Whoever copied the address of the API itself means what is before it.
  const prefix = pathname.replace(/\/+$/, "").replace(/\/api2(?:\/\w+)?$/, "");
  return { hostname, port: namedPort, isUrl: true, prefix };
}

/** A name, an IP (v6 too, in brackets or not), host:port, or a URL copied from the browser. */
export function parseHost(text: string): HostAddress {
  if (/^http:\/\//i.test(text)) {
    throw new TypeError(`expected https, got "${text}": Proxmox VE speaks HTTPS only`);
  }
  if (/^https:\/\//i.test(text)) {
    return parseUrl(text);
  }
  const named = { isUrl: false, prefix: "" };
  if (isIpv6(text)) return { hostname: `[${text}]`, port: undefined, ...named };
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed) {
    const [, address = "", port] = bracketed;
    if (!isIpv6(address)) throw new TypeError(`expected an IPv6 address in "${text}"`);
    return { hostname: `[${address}]`, port: port ? portNumber(port, text) : undefined, ...named };
  }
  const [, hostname = "", port] = /^([^:]*)(?::(\d+))?$/.exec(text) ?? [];
  return {
    hostname: checkHostname(hostname, text),
    port: port ? portNumber(port, text) : undefined,
    ...named,
  };
}

/** One host, or several nodes of one cluster separated by commas or white space. */
export const hosts = fromText((value): readonly HostAddress[] => {
  const list = splitList(value).map(parseHost);
  if (list.length === 0) throw new TypeError("expected a host, got nothing");
  return list;
}, WORDS);
