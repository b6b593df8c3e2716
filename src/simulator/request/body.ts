/**
 * Reads the parameters of a request as PVE's HTTP server does: query, form, JSON and uploads.
 * Source: PVE::APIServer::AnyEvent.
 *
 * @module
 */
import { KIB } from "../../base/byte_units.ts";
import type { RawValue } from "./verify.ts";
import { textAnswer, type WireAnswer, type WireRequest } from "./wire.ts";

/** Parameters by name. */
export type RawParams = Record<string, RawValue>;

/** What a body held. */
export interface Body {
  readonly params: RawParams;
  /** Size of the file of an upload. */
  readonly fileBytes?: number;
}

const MAX_FORM_BYTES = 512 * KIB;
const decoder = new TextDecoder();

/** Decodes percent-encoding leniently: what is no escape stays as it is. */
function unescaped(text: string): string {
  const spaced = text.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  const bytes: number[] = [];
  const plain = new TextEncoder().encode(spaced);
  for (let at = 0; at < plain.length; at++) {
    const escape = plain[at] === 0x25
      ? /^[0-9a-fA-F]{2}$/.exec(decoder.decode(plain.slice(at + 1, at + 3)))
      : null;
    bytes.push(escape ? parseInt(escape[0], 16) : plain[at] ?? 0);
    if (escape) at += 2;
  }
  return decoder.decode(new Uint8Array(bytes));
}

/** Parameters of a query or form; a repeated name becomes an array, as a `;` splits like a `&`. */
export function parseForm(text: string): RawParams {
  const params: RawParams = {};
  for (const pair of text.split(/[&;]/)) {
    if (pair === "") continue;
    const [rawName = "", rawValue] = pair.split("=");
    const name = unescaped(rawName);
    if (rawValue === undefined) continue;
    const value = unescaped(rawValue);
    const before = params[name];
    if (before === undefined) params[name] = value;
    else params[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return params;
}

/** The path and the query's parameters of a request target. */
export function parseTarget(target: string): { path: string; query: RawParams } {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = parseForm(mark < 0 ? "" : target.slice(mark + 1));
  delete query["_dc"];
  return { path: unescaped(path.replaceAll("+", "%2B")), query };
}

/** True for the one operation that takes a file. */
export function isUpload(method: string, path: string): boolean {
  return method === "POST" && /^\/nodes\/[^/]+\/storage\/[^/]+\/upload$/.test(path);
}

/** Reads the body's parameters, or answers what PVE's HTTP server refuses. */
export function parseBody(request: WireRequest, upload: boolean): Body | WireAnswer {
  const { method, headers, body } = request;
  if (body.length === 0) return { params: {} };
  if (method !== "POST" && method !== "PUT") {
    return textAnswer(501, `Unexpected content for method '${method}'`);
  }
  const type = headers["content-type"] ?? "";
  const [mime = "", ...attributes] = type.split(/\s*[;,]\s*/);
  const boundary = attributes.map((each) => /^boundary\s*=\s*"?([^"]+)"?$/.exec(each)?.[1])
    .find((each) => each !== undefined);
  if (upload) {
    if (mime !== "multipart/form-data" || boundary === undefined) {
      return textAnswer(501, `upload 'Content-Type '${type}' not implemented`);
    }
    return parseMultipart(body, boundary);
  }
  if (body.length > MAX_FORM_BYTES) return textAnswer(501, "for data too large");
  if (mime === "application/json") return parseJson(body);
  if (mime === "" || mime === "application/x-www-form-urlencoded") {
    return { params: parseForm(decoder.decode(body)) };
  }
  return textAnswer(506, `upload 'Content-Type '${type}' not implemented`);
}

function parseJson(body: Uint8Array): Body | WireAnswer {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { params: value as RawParams };
    }
  } catch {
    // Answered below.
  }
  return textAnswer(500, "malformed JSON string, neither tag, array, object, number or string");
}

/** Parts of an upload; PVE takes fields that stand before the file, and the file's size and name. */
function parseMultipart(body: Uint8Array, boundary: string): Body | WireAnswer {
  // Latin 1 keeps one character a byte, so that sizes are right whatever the file holds.
  const latin = new TextDecoder("latin1").decode(body);
  const params: RawParams = {};
  let fileBytes: number | undefined;
  for (const part of latin.split(`--${boundary}`).slice(1)) {
    const end = part.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const disposition =
      /content-disposition:\s*form-data([^\r\n]*)/i.exec(part.slice(0, end))?.[1] ??
        "";
    const name = /;\s*name="?([^";]+)"?/.exec(disposition)?.[1] ?? "";
    const filename = /;\s*filename="?([^";]*)"?/.exec(disposition)?.[1];
    const content = part.slice(end + 4).replace(/\r\n$/, "");
    if (filename === undefined) {
      params[name] = decoder.decode(Uint8Array.from(content, (char) => char.charCodeAt(0)));
    } else if (name === "filename") {
      params["filename"] = filename;
      params["tmpfilename"] = "/var/tmp/pveupload-0f343b0931126a20f133d67c2b018a3b";
      fileBytes = content.length;
    }
  }
  return fileBytes === undefined ? textAnswer(501, "upload failed") : { params, fileBytes };
}
