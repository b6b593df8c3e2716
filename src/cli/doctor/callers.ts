/**
 * Checks what callers over HTTP with rights of their own depend on: that the hosts answer, though
 * the server has no token for them, and with an identity provider its keys, and the tokens that
 * people are mapped to.
 *
 * @module
 */
import type { Config } from "../../config/config.ts";
import type { People, Rights } from "../../config/people.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { counted } from "../../base/text/units.ts";
import type { Provider } from "../../mcp/http/oidc/provider_keys.ts";
import type { PveClient } from "../../pve/client.ts";
import { PveError } from "../../pve/errors.ts";
import { failureFinding } from "./account.ts";
import type { Finding } from "./finding.ts";

/** What the checks of people need. */
export interface CallersTarget {
  readonly config: Config;
  /** Left out where it is told elsewhere. */
  readonly provider?: Provider;
  readonly people: People;
  /** A client with the rights of one entry. */
  readonly clientOf: (name: string, rights: Rights) => PveClient;
}

/** Whether a host is Proxmox VE's API, by what it says to who has no token. */
export function strangerFinding(host: string, { status }: Response): Finding {
  const check = `API of ${host}`;
  return status === 401
    ? {
      check,
      status: "ok",
      text: "answers; callers bring tokens of their own, so that none was tried",
    }
    : {
      check,
      status: "fail",
      text: `answered ${status} to a request without a token, where Proxmox VE answers 401`,
      fix: "PROXMOX_HOST and PROXMOX_PORT must name the API of a node",
    };
}

/** Whether the keys of the provider can be had, and tokens be checked by them. */
export async function providerFinding(provider: Provider): Promise<Finding> {
  const { fetchKeys, ProviderError } = await import("../../mcp/http/oidc/provider_keys.ts");
  const check = "Identity provider";
  try {
    const { keys } = await fetchKeys(provider);
    const kinds = new Set(keys.map(({ kty, crv, alg }) => alg ?? crv ?? kty));
    const usable = keys.filter(({ kty, use = "sig" }) => kty !== "oct" && use === "sig");
    const text = `${provider.issuer} has ${counted(keys.length, "key")}: ${[...kinds].join(", ")}`;
    return usable.length > 0 ? { check, status: "ok", text } : {
      check,
      status: "fail",
      text: `${text}; none of them can be used`,
      fix: "Let it sign access tokens by RSA, ECDSA or EdDSA",
    };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return {
      check,
      status: "fail",
      text: errorMessage(error),
      fix:
        "Check PROXMOX_HTTP_OIDC_ISSUER, which is the `issuer` of its description to the letter, PROXMOX_HTTP_OIDC_JWKS_URI, and PROXMOX_HTTP_OIDC_CA_CERT where its certificate is of a CA of your own",
    };
  }
}

/** What an entry of the file asks for and the settings do not have. */
function missingGrants({ grants }: Rights, config: Config): string[] {
  const has = {
    login: config.password !== undefined,
    ssh: config.sshEnabled,
    snippets: config.snippetsEnabled,
    files: config.filesDir !== undefined,
  };
  return grants.filter((grant) => !has[grant]);
}

const MEND_TOKEN =
  "Write the id and secret of a token of Datacenter > Permissions > API Tokens into PROXMOX_HTTP_PEOPLE_FILE";

async function entryFinding(
  name: string,
  rights: Rights,
  { config, clientOf }: CallersTarget,
): Promise<Finding> {
  const check = `Token of ${name}`;
  try {
    await clientOf(name, rights).request("GET /version", {});
  } catch (error) {
    const finding = failureFinding(check, error);
    const isRefused = error instanceof PveError && error.status === 401;
    return isRefused ? { ...finding, fix: MEND_TOKEN } : finding;
  }
  const { id } = rights.token;
  const lacks = missingGrants(rights, config);
  const lent = rights.grants.length === 0 ? "" : `, and is lent ${rights.grants.join(", ")}`;
  return lacks.length === 0 ? { check, status: "ok", text: `"${id}" is accepted${lent}` } : {
    check,
    status: "warn",
    text: `"${id}" is accepted, but this server has no ${lacks.join(", ")} to lend`,
    fix:
      "PROXMOX_PASSWORD_FILE opens login, PROXMOX_SSH_ENABLED ssh and snippets, PROXMOX_FILES_DIR files",
  };
}

/** Findings about an identity provider, and whom it names. */
export async function* callersFindings(target: CallersTarget): AsyncGenerator<Finding> {
  if (target.provider) yield await providerFinding(target.provider);
  const entries = target.people.entries(target.config.cluster);
  yield {
    check: "People",
    status: entries.length === 0 ? "warn" : "ok",
    text: entries.length === 0
      ? "no entry of PROXMOX_HTTP_PEOPLE_FILE lets anybody in"
      : `${counted(entries.length, "mapping")} to tokens in PROXMOX_HTTP_PEOPLE_FILE`,
  };
  for (const [name, rights] of entries) yield await entryFinding(name, rights, target);
}
