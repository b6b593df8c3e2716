/**
 * What no API token may do is done by the login, where there is one: found before anything is sent,
 * by what Proxmox VE's own checks are, never by trying.
 *
 * @module
 */
import type { RequestOptions } from "../pve/client.ts";
import {
  closedToTokens,
  type Closure,
  configOf,
  decidingRead,
} from "../pve/login/closed_to_tokens.ts";
import { ToolError } from "../tool/answer.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import { onlyReads } from "../tool/only_reads.ts";
import { opens } from "../tool/server_rights.ts";
import type { Services } from "../tool/services.ts";

/** The only user whom Proxmox VE lets do what no privilege is for. */
const ROOT = "root@pam";

/** How a token hands through a device. */
const BY_MAPPING =
  "One under Datacenter > Resource Mappings a token may name: mapping=NAME, for PCI and USB";

/** Who makes requests that no token may make, and what in them is closed to tokens. */
export interface ByLogin {
  readonly user: string;
  readonly what: readonly string[];
}

/** True when a login of this user may do what no token may. */
export function isOpenTo(user: string | undefined, { rootOnly }: Closure): boolean {
  return rootOnly ? user === ROOT : user !== undefined;
}

/** The error for what no token may do, where no login can do it either. */
export function closedError(
  call: string,
  { what, rootOnly }: Closure,
  { pve: { loginUser: user }, config }: Services,
  hasChanged = false,
): ToolError {
  const nothing = hasChanged ? "What came before it was done" : "Nothing was sent";
  const advice = user === undefined
    ? opens("login", config)
    : `This server logs in as ${user}: PROXMOX_LOGIN_USER`;
  return new ToolError(`${call} cannot be done with an API token`, {
    reason: rootOnly
      ? "Proxmox VE allows it only to root@pam logged in with a password"
      : "Proxmox VE allows it only to users logged in with a password",
    notes: [
      ...(what.includes("/") ? [] : [`It is for "${what}"; without that a token may`]),
      `${nothing}; it can be done in the web interface or on the node's shell`,
      ...(/^(usb|hostpci)\d/.test(what) ? [BY_MAPPING] : []),
      advice,
    ],
  });
}

async function closureOf(
  { pve }: Services,
  { operation, args }: PlannedRequest,
  options: RequestOptions,
): Promise<Closure | undefined> {
  const read = decidingRead(operation, args);
  // A backup is opened where a login could follow: that may take seconds.
  const isBackup = read?.operation === "GET /nodes/{node}/vzdump/extractconfig";
  if (!read || (isBackup && pve.loginUser === undefined)) return closedToTokens(operation, args);
  // One that cannot be read decides nothing: Proxmox VE refuses what a token may not do.
  const data = await pve.request(read.operation, read.args, options)
    .then((answer) => answer.data, () => undefined);
  return closedToTokens(operation, args, configOf(data));
}

/**
 * Who makes these requests, when no token may.
 *
 * @throws {ToolError} When nobody may whom this server can be.
 */
export async function byLogin(
  services: Services,
  call: string,
  requests: readonly PlannedRequest[],
  options: RequestOptions,
  hasChanged: boolean,
): Promise<ByLogin | undefined> {
  const found = await Promise.all(requests.map((each) => closureOf(services, each, options)));
  const closures = found.filter((each) => each !== undefined);
  if (closures.length === 0) return undefined;
  const user = services.pve.loginUser;
  for (const closure of closures) {
    if (!isOpenTo(user, closure)) throw closedError(call, closure, services, hasChanged);
  }
  if (services.config.readOnly) {
    throw onlyReads(`${call} is done as ${user}, and this server only reads`, services.config);
  }
  return { user: user ?? "", what: [...new Set(closures.map(({ what }) => what))] };
}
