/**
 * Reads the private key file, and says exactly what is wrong with it when it cannot be used. No
 * error holds any of its text.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { KIB } from "../base/byte_units.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { fixedEcdsaForm, isEncryptedPem, isPem, openSshForm } from "./pem.ts";
import type { ParsedKey } from "./ssh2_types.d.ts";
import { loadSsh2 } from "./ssh2.ts";
import { SshError, type SshErrorKind } from "./types.ts";

/** Longer than the private key of a 16384-bit RSA key. */
const MAX_BYTES = 64 * KIB;

function fail(kind: SshErrorKind, message: string, hint: string, cause?: unknown): never {
  throw new SshError(kind, message, hint, defined({ cause }));
}

function unreadable(path: string, error: unknown): never {
  if (error instanceof Deno.errors.NotFound) {
    fail(
      "key-missing",
      `There is no SSH key file "${path}"`,
      "Check PROXMOX_SSH_KEY_PATH: it must be an absolute path, as seen by this program (in a container: inside of it)",
    );
  }
  if (error instanceof Deno.errors.NotCapable) {
    fail(
      "key-unreadable",
      `Deno does not allow reading the SSH key file "${path}"`,
      `Start the program with --allow-read=${path}`,
    );
  }
  const reason = errorMessage(error);
  fail(
    "key-unreadable",
    `Cannot read the SSH key file "${path}": ${reason}`,
    "Make the file belong to the user that runs this program",
    error,
  );
}

async function readKeyFile(path: string): Promise<string> {
  try {
    const info = await Deno.stat(path);
    if (!info.isFile) {
      fail(
        "key-unreadable",
        `Cannot read the SSH key file "${path}": it is not a file`,
        "Set PROXMOX_SSH_KEY_PATH to the private key itself",
      );
    }
    if (info.mode !== null && (info.mode & 0o077) !== 0) {
      const mode = (info.mode & 0o7777).toString(8).padStart(4, "0");
      fail(
        "key-permissions",
        `The SSH key file "${path}" can be used by others: its mode is ${mode}`,
        `Run: chmod 600 '${path}'`,
      );
    }
    if (info.size > MAX_BYTES) notAKey(path, "it is too long");
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof SshError) throw error;
    unreadable(path, error);
  }
}

function notAKey(path: string, why: string): never {
  fail(
    "key-format",
    `Cannot use the SSH key file "${path}": ${why}`,
    "Give an ed25519, ECDSA or RSA private key in OpenSSH or PEM form, as `ssh-keygen -t ed25519` makes it",
  );
}

function needsPassphrase(path: string): never {
  fail(
    "key-passphrase",
    `The SSH key file "${path}" is encrypted, and there is no passphrase`,
    "Set PROXMOX_SSH_KEY_PASSPHRASE, or use an ssh-agent with PROXMOX_SSH_AGENT",
  );
}

function wrongPassphrase(path: string): never {
  fail(
    "key-passphrase",
    `The passphrase does not fit the SSH key file "${path}"`,
    `Check PROXMOX_SSH_KEY_PASSPHRASE with: ssh-keygen -y -f '${path}'`,
  );
}

function fromPem(path: string, text: string, passphrase: string | undefined): string {
  const encrypted = isEncryptedPem(text);
  if (encrypted && !passphrase) needsPassphrase(path);
  try {
    return openSshForm(text, passphrase);
  } catch (error) {
    if (error instanceof TypeError && error.message.startsWith("Cannot ")) {
      notAKey(path, error.message);
    }
    if (encrypted) wrongPassphrase(path);
    notAKey(path, "its PEM is damaged");
  }
}

/** What the library says of a key that it cannot read. */
function unparsed(path: string, message: string): never {
  if (/no passphrase given/.test(message)) needsPassphrase(path);
  if (/passphrase|integrity check/i.test(message)) wrongPassphrase(path);
  notAKey(path, message === "Unsupported key format" ? "it is of no known form" : message);
}

function parse(
  ssh2: Awaited<ReturnType<typeof loadSsh2>>,
  path: string,
  text: string,
  passphrase?: string,
): ParsedKey {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (parsed instanceof Error) unparsed(path, parsed.message);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key?.isPrivateKey()) notAKey(path, "it is a public key");
  return key;
}

/**
 * The private key of a file.
 *
 * @throws {SshError} of a kind that starts with `key-`.
 */
export async function readPrivateKey(
  path: string,
  passphrase: string | undefined,
): Promise<ParsedKey> {
  const text = await readKeyFile(path);
  const ssh2 = await loadSsh2();
  const key = isPem(text)
    ? parse(ssh2, path, fromPem(path, text, passphrase))
    : parse(ssh2, path, text, passphrase);
  if (key.type === "ssh-dss") notAKey(path, "it is a DSA key, which SSH servers refuse");
  if (!key.type.startsWith("ecdsa-")) return key;
  return parse(ssh2, path, fixedEcdsaForm(key.getPublicSSH(), key.getPrivatePEM()));
}
