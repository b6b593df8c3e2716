/**
 * Checks what one host answers: its version, its clock, the token and its privileges.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { counted, DAY } from "../../base/text/units.ts";
import type { Config } from "../../config/config.ts";
import type { PveClient } from "../../pve/client.ts";
import { clockSkew } from "../../pve/clock_skew.ts";
import { inheritedOn, type PermissionMap } from "../../pve/coverage.ts";
import { encodeRequest } from "../../pve/encode.ts";
import { explainError } from "../../answer/hints/explain_error.ts";
import type { Finding } from "./finding.ts";

/** Releases that the API facts were compared with. */
const OLDEST = [8, 4] as const;

/** The finding of a request that failed, with the text that a tool's answer would have. */
export function failureFinding(check: string, error: unknown): Finding {
  const { failure, notes = [] } = explainError(error, check);
  return {
    check,
    status: "fail",
    text: failure?.reason ?? "failed",
    ...defined({ fix: notes.join("; ") || undefined }),
  };
}

/** What a host says of itself. */
export interface HostInfo {
  readonly release: string;
  readonly version: string;
  /** Milliseconds since 1970 by the host's clock, when it says. */
  readonly time: number | undefined;
}

/** Asks a host for its version, and reads its clock off the head of an answer. */
export async function readHostInfo(pve: PveClient): Promise<HostInfo> {
  const attempt = { operation: "GET /version", args: {} } as const;
  const data = (await pve.request(attempt.operation, attempt.args)).data;
  const { path, method } = encodeRequest(attempt.operation, attempt.args);
  const time = await pve.send(attempt, path, { method, headers: {} }, {}, async (head) => {
    await head.body?.cancel();
    return Date.parse(head.headers.get("date") ?? "");
  });
  return {
    ...data as { readonly release: string; readonly version: string },
    time: Number.isNaN(time) ? undefined : time,
  };
}

/** Whether the release is one that the facts are true for. */
export function versionFinding(host: string, { version }: HostInfo): Finding {
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  const [oldMajor, oldMinor] = OLDEST;
  const old = major < oldMajor || (major === oldMajor && minor < oldMinor);
  return {
    check: `Version of ${host}`,
    status: old ? "warn" : "ok",
    text: `Proxmox VE ${version}`,
    ...defined({
      fix: old
        ? `Older than ${OLDEST.join(".")}: some actions will answer that they do not exist; upgrade`
        : undefined,
    }),
  };
}

/** How far the host's clock is from ours. */
export function clockFinding(host: string, { time }: Pick<HostInfo, "time">, now: number): Finding {
  const check = `Clock of ${host}`;
  if (time === undefined) return { check, status: "skip", text: "the host did not tell its time" };
  const skew = clockSkew((time - now) / 1000);
  if (skew === undefined) return { check, status: "ok", text: "agrees with this machine's" };
  return {
    check,
    status: "warn",
    text: skew,
    fix:
      "Let both be set by NTP: `chronyc tracking` on the node; certificates and tokens look expired, or not yet valid, to a wrong clock",
  };
}

interface TokenInfo {
  readonly expire?: number;
  readonly privsep?: number | string | boolean;
  readonly comment?: string;
}

/** Whose the token is, and how long it lasts, where it may read that. */
export async function tokenFinding(
  pve: PveClient,
  config: Config,
  now: number,
): Promise<Finding> {
  const check = "Token";
  const [userid = "", tokenid = ""] = pve.identity.split("!");
  const name = `"${pve.identity}" is accepted`;
  let info: TokenInfo;
  try {
    const operation = "GET /access/users/{userid}/token/{tokenid}";
    info = (await pve.request(operation, { userid, tokenid })).data as TokenInfo;
  } catch {
    return { check, status: "ok", text: name }; // It was accepted; what it is, is a detail.
  }
  const separated = Number(info.privsep ?? 1) !== 0;
  const rights = separated
    ? "with privileges of its own (privilege separation)"
    : "with all privileges of its user";
  const days = info.expire ? Math.floor((info.expire - now / 1000) / DAY) : Infinity;
  if (days < 14) {
    return {
      check,
      status: "warn",
      text: `${name}, and ends in ${days} days`,
      fix: "Give it a later end, or none, in Datacenter > Permissions > API Tokens",
    };
  }
  if (userid === "root@pam" && !separated && config.allowElevated) {
    return {
      check,
      status: "warn",
      text: `${name}, ${rights}: it may do anything`,
      fix: "A token of a user of its own, with just the roles it needs, is safer",
    };
  }
  return { check, status: "ok", text: `${name}, ${rights}` };
}

/** The token's privileges by path. */
export async function permissionsOf(pve: PveClient): Promise<PermissionMap> {
  return (await pve.request("GET /access/permissions", {})).data as PermissionMap;
}

/**
 * On which paths the token may do anything at all.
 *
 * @param grant What would let it read.
 */
export function privilegesFinding(permissions: PermissionMap, grant: string): Finding {
  const paths = Object.keys(permissions).filter((path) => !isRepeated(path, permissions)).sort();
  if (paths.length === 0) {
    return {
      check: "Privileges",
      status: "fail",
      text: "the token has none",
      fix: `To let it read: ${grant}`,
    };
  }
  return {
    check: "Privileges",
    status: "ok",
    text: `on ${counted(paths.length, "path")}`,
    details: [...Map.groupBy(paths, (path) => privilegesOn(path, permissions))]
      .map(([privileges, alike]) => `${alike.join(", ")}: ${privileges}`),
  };
}

function privilegesOn(path: string, permissions: PermissionMap): string {
  return Object.keys(permissions[path] ?? {}).sort().join(", ");
}

/** True when a path has just what comes down to it from above. */
function isRepeated(path: string, permissions: PermissionMap): boolean {
  const own = Object.keys(permissions[path] ?? {});
  const inherited = inheritedOn(path, permissions);
  return own.length === inherited.size && own.every((name) => inherited.has(name));
}
