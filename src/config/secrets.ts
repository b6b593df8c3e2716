/**
 * Reads the secrets of the settings, from their files too, and checks that they look like those of
 * Proxmox VE. No message repeats a secret.
 *
 * @module
 */
import { mistakeIn } from "./mistakes.ts";
import { configKey } from "./names.ts";
import { SETTINGS } from "./settings.ts";
import type { FileReader, Source } from "./source.ts";
import { registerSecret } from "../base/process/log.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { isUuid, UUID } from "../pve/identity_forms.ts";

const HAS_UUID = new RegExp(UUID, "i");

/**
 * Reads a file of text.
 *
 * @throws {TypeError} When it is in another encoding than UTF-8.
 */
export function readText(reader: FileReader, path: string): string {
  const text = reader.readFile(path);
  // Read as UTF-8, the other half of each character is a zero.
  if (text.includes("\0")) {
    throw new TypeError("expected UTF-8, got UTF-16, as PowerShell and Notepad may save it");
  }
  return text.replace(/^\ufeff/, "");
}

/** The secret of a file, which holds nothing else. */
export function secretIn(reader: FileReader, path: string): string {
  const secret = readText(reader, path).trim();
  if (secret === "") throw new TypeError("the file is empty");
  const lines = secret.split(/[\r\n]+/).length;
  if (lines > 1) throw new TypeError(`expected the secret on one line, got ${lines} lines`);
  const mistake = mistakeIn(secret, true);
  if (mistake !== undefined) throw new TypeError(mistake);
  return secret;
}

/** Fewest bytes of the key that seals confirmations: as many as its digests have. */
const MIN_STATE_KEY_BYTES = 32;

/** The key that servers share to seal confirmations, of the file that the setting names. */
export function readStateKey(
  reader: FileReader,
  path: unknown,
  problems: string[],
  warnings: string[],
): Uint8Array<ArrayBuffer> | undefined {
  if (typeof path !== "string") return undefined;
  const name = "PROXMOX_HTTP_STATE_KEY_FILE";
  try {
    const secret = secretIn(reader, path);
    registerSecret(secret);
    const key = new TextEncoder().encode(secret);
    if (key.length < MIN_STATE_KEY_BYTES) {
      throw new TypeError(
        `expected ${MIN_STATE_KEY_BYTES} characters or more, got ${key.length}: openssl rand -hex ${MIN_STATE_KEY_BYTES} makes one`,
      );
    }
    const mode = reader.modeOf?.(path) ?? 0;
    if ((mode & 0o007) !== 0) {
      warnings.push(`${name}: everybody on this machine may use "${path}": run chmod o= on it`);
    }
    return key;
  } catch (error) {
    problems.push(`${name}: cannot read "${path}": ${errorMessage(error)}`);
    return undefined;
  }
}

/** A secret, and the setting that it comes from. */
export interface SecretSource {
  readonly secret: string | undefined;
  /** `PROXMOX_HTTP_TOKEN_FILE`, or its place in the file of settings. */
  readonly name: string;
}

/** A secret of the settings, or of the file that the `_FILE` setting names. */
export function readSecret(
  source: Source,
  values: Readonly<Record<string, unknown>>,
  key: "TOKEN_VALUE" | "MIGRATE_TOKEN_VALUE" | "HTTP_TOKEN" | "PASSWORD" | "TOTP_SECRET",
  problems: string[],
): SecretSource {
  const { [configKey(key)]: secret, [configKey(`${key}_FILE` as const)]: path } = values;
  if (typeof secret === "string") return { secret, name: source.place(key) };
  const name = source.place(`${key}_FILE`);
  if (typeof path !== "string") return { secret: undefined, name };
  try {
    const secret = secretIn(source, path);
    registerSecret(secret);
    return { secret, name };
  } catch (error) {
    problems.push(`${name}: cannot read "${path}": ${errorMessage(error)}`);
    return { secret: undefined, name };
  }
}

/** The secret of the second factor; one of a file is checked as one of the environment is. */
export function readTotpSecret(
  source: Source,
  values: Readonly<Record<string, unknown>>,
  problems: string[],
): string | undefined {
  const { secret, name } = readSecret(source, values, "TOTP_SECRET", problems);
  if (secret === undefined) return undefined;
  const { success, error } = SETTINGS.TOTP_SECRET.type.safeParse(secret);
  if (!success) problems.push(`${name}: ${error.issues[0]?.message}`);
  return secret;
}

function secretProblem(secret: string): string | undefined {
  if (HAS_UUID.test(secret) || /^[^\s@!=]+@[^\s!=]+![^\s=]+=/.test(secret)) {
    return 'expected the secret alone, got more than that: leave out the name of the token, "=" and all else around it';
  }
  if (/^[^\s@!]+@[^\s!]+![^\s=]+$/.test(secret)) {
    return "expected the secret of the token, got its id";
  }
  return /^[!-~]+$/.test(secret)
    ? undefined
    : "expected ASCII characters without spaces and line breaks, got others";
}

/** Checks the secret of the API token; one of another form than Proxmox VE's is only warned of. */
export function checkTokenSecret(
  { secret, name }: SecretSource,
  problems: string[],
  warnings: string[],
): void {
  if (secret === undefined || isUuid(secret)) return;
  const problem = secretProblem(secret);
  if (problem !== undefined) problems.push(`${name}: ${problem}`);
  else {
    warnings.push(
      `${name}: expected a UUID, as the secrets of Proxmox VE's tokens are, got something else: was all of it copied?`,
    );
  }
}
