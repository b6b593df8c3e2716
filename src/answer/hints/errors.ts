/**
 * What Proxmox VE's refusals mean, and what to do next.
 *
 * @module
 */
import { operationFact } from "../../pve/api.ts";
import { goneWith9 } from "../../pve/before_9.ts";
import type { PveError } from "../../pve/errors.ts";
import type { Sides } from "../../pve/who_lacks.ts";
import { privilegeText } from "../../tool/privileges.ts";
import type { Whose } from "../../tool/server_rights.ts";
import { grantText } from "./grant.ts";
import { hintForMessages } from "./messages.ts";

/** What explains an error: the message's form, and the next step. */
interface ErrorHint {
  readonly matches: (error: PveError) => boolean;
  readonly hint: (error: PveError, whose: Whose, lacking: Sides) => string;
}

/** All that PVE said. */
function wordsOf({ message, errors }: PveError): string[] {
  return [message, ...Object.values(errors)];
}

function hasStatus(status: number): (error: PveError) => boolean {
  return (error) => error.status === status;
}

/** What to check of a token: the setting, or its part in what a client sends. */
const TOKEN_PARTS = {
  user: ["PROXMOX_USER (with its realm)", "USER@REALM"],
  name: ["PROXMOX_TOKEN_NAME (the part after !)", "NAME, between ! and ="],
  secret: ["PROXMOX_TOKEN_VALUE", "the secret, after ="],
  all: [
    "PROXMOX_USER (with its realm), PROXMOX_TOKEN_NAME (the part after !) and PROXMOX_TOKEN_VALUE",
    "all of USER@REALM!NAME=SECRET",
  ],
} as const;

/** What to check of the token that was refused, by whose it is. */
function tokenPart(part: keyof typeof TOKEN_PARTS, { tokenOrigin }: Whose): string {
  const [setting, sent] = TOKEN_PARTS[part];
  if (tokenOrigin === undefined) return setting;
  return tokenOrigin === "sent"
    ? `${sent} in the token that your client sends`
    : "the token that you are mapped to, with whoever runs this server";
}

/** What makes a change of the server's own token count. */
function afterwards({ tokenOrigin }: Whose): string {
  return tokenOrigin === undefined ? ". What is changed there counts from a restart on" : "";
}

/** The path, and the privileges there, for whose lack PVE says that it refused. */
export function privilegesLacked(
  { message }: PveError,
): { readonly path: string; readonly privileges: readonly string[] } | undefined {
  const [, path, privileges] = /check failed \((\/[^,)]*), ([\w.|]+)\)/.exec(message) ?? [];
  if (path === undefined || privileges === undefined) return undefined;
  return { path, privileges: privileges.split("|") };
}

/** PVE names path and privilege; the facts do when it does not. */
function missingPrivilegeText(error: PveError): string {
  const lacked = privilegesLacked(error);
  if (lacked) return `${lacked.privileges.join(" or ")} on ${lacked.path}`;
  const { operation, args } = error.attempt;
  const privileges = privilegeText(operationFact(operation));
  if (/^(any login|nothing)$/.test(privileges)) return "a privilege on what was asked for";
  return privileges.replace(/\{([\w-]+)\}/g, (slot, name: string) => String(args[name] ?? slot));
}

/** Who lacks it, and by what they get it. */
function howToGrant(error: PveError, sides: Sides): string {
  const identity = error.attempt.as ?? "user@realm!name";
  const path = privilegesLacked(error)?.path ?? "PATH";
  return `${
    grantText({ identity, path, role: "ROLE", sides })
  }, with a ROLE that has it; or proxmox_acl`;
}

/** Refusals that no privilege changes, whatever status they come with. */
const ROOT_ONLY = /only root can|only allowed for root@pam|user != root@pam/i;

/** The name in quotation marks after these words of PVE's, or nothing. */
function namedBy(words: RegExp, { message }: PveError): string {
  const name = words.exec(message)?.[1];
  return name === undefined ? "of that name" : `"${name}"`;
}

/** What took the place of what PVE did not know; nothing when it knew all. */
function replacements({ attempt, errors }: PveError): string[] {
  return [...goneWith9(attempt)].filter(([name]) => errors[name] !== undefined)
    .map(([, sentence]) => sentence);
}

/** The node that was asked for, as a sentence begins with it. */
function nodeOf({ attempt: { args } }: PveError): string {
  return args.node === undefined ? "The node" : String(args.node);
}

/** What tells what becomes of the guests of a node that is down. */
function andItsGuests({ attempt: { args } }: PveError): string {
  return args.node === undefined
    ? ""
    : `, proxmox_report action=failure node=${args.node} what becomes of its guests`;
}

/** First fit wins. */
const ERROR_HINTS: readonly ErrorHint[] = [
  {
    matches: (error) => error.status === 400 && replacements(error).length > 0,
    hint: (error) => replacements(error).join("; "),
  },
  {
    matches: (error) => wordsOf(error).some((words) => ROOT_ONLY.test(words)),
    hint: (error) => hintForMessages(wordsOf(error)) ?? "",
  },
  {
    matches: (error) => error.status === 401 && /expired/i.test(error.message),
    hint: () =>
      "The token or its user has expired: proxmox_user_token action=update expire=0, by somebody else, makes it last; so does Datacenter > Permissions > API Tokens",
  },
  {
    matches: (error) => error.status === 401 && /disabled/i.test(error.message),
    hint: () => "The token's user is disabled: enable it in Datacenter > Permissions > Users",
  },
  {
    matches: (error) => error.status === 401 && /no such user/i.test(error.message),
    hint: (error, whose) =>
      `There is no user ${namedBy(/user \('([^']*)'/, error)}: check ${tokenPart("user", whose)}`,
  },
  {
    matches: (error) => error.status === 401 && /no such token/i.test(error.message),
    hint: (error, whose) =>
      `The user ${namedBy(/for user '([^']*)'/, error)} is there, but has no token ${
        namedBy(/token '([^']*)'/, error)
      }: check ${tokenPart("name", whose)}`,
  },
  {
    matches: (error) => error.status === 401 && /invalid token value/i.test(error.message),
    hint: (_error, whose) =>
      `User and token are there, but the secret is another: check ${tokenPart("secret", whose)}${
        afterwards(whose)
      }`,
  },
  {
    matches: hasStatus(401),
    hint: (_error, whose) =>
      `Check ${tokenPart("all", whose)}; the token may also be expired, disabled or deleted${
        afterwards(whose)
      }`,
  },
  {
    // PVE says so of a pool that is not there.
    matches: (error) =>
      error.status === 403 && /\(pool '[^']*' does not exist\)/.test(error.message),
    hint: () => "There is no such pool: proxmox_pool action=list shows the pools",
  },
  {
    matches: hasStatus(403),
    hint: (error, _whose, sides) =>
      `${error.attempt.as ?? "The token"} lacks ${missingPrivilegeText(error)}. ${
        howToGrant(error, sides)
      }`,
  },
  {
    matches: (error) =>
      error.status === 501 && error.attempt.operation.includes("/cluster/ha/rules"),
    hint: () => "Proxmox VE 8 has HA groups in place of rules: proxmox_ha_group",
  },
  {
    matches: (error) => error.status === 501 && error.message.includes("too large"),
    hint: () => "Proxmox VE takes at most 512 KiB in one request: send less",
  },
  {
    matches: hasStatus(501),
    hint: (error) => {
      const { since } = operationFact(error.attempt.operation);
      return since
        ? `This needs Proxmox VE ${since} or later; GET /version tells what the node runs`
        : "The node runs a version of Proxmox VE that does not have this";
    },
  },
  {
    matches: (error) => error.status === 595 && /refused/i.test(error.message),
    hint: (error) =>
      `${
        nodeOf(error)
      } is there, and its API is not: pveproxy or pvedaemon is starting, or does not run. Try again in a while; then \`systemctl status pveproxy pvedaemon\` there`,
  },
  {
    matches: hasStatus(595),
    hint: (error) =>
      `${nodeOf(error)} is offline or cut off: proxmox_cluster action=status shows the nodes${
        andItsGuests(error)
      }`,
  },
  {
    matches: hasStatus(596),
    hint: (error) =>
      `${
        nodeOf(error)
      } is too busy, or hangs: proxmox_cluster action=status shows the nodes, proxmox_node_task what they do`,
  },
  {
    matches: (error) => error.status >= 597,
    hint: () =>
      "The node that was asked got no usable answer from the other one: see `systemctl status pveproxy` on both",
  },
  {
    matches: (error) => [502, 503, 504].includes(error.status),
    hint: () => "The node, or a proxy before it, is busy or starting: try again in a while",
  },
  {
    matches: (error) =>
      error.status === 424 && error.attempt.operation === "GET /cluster/config/join",
    hint: () => "The node is not part of a cluster: there is nothing to join",
  },
  {
    // Not of tasks: the shutdown of a guest that does not listen ends so too.
    matches: ({ message }) => /got timeout|timed? ?out/i.test(message),
    hint: () =>
      "Something on the node takes too long, often a storage that does not answer: proxmox_storage_config action=cluster_usage shows the storages, proxmox_node_log action=journal more",
  },
  {
    matches: ({ message }) => /^snapshot '[^']*' does not exist/.test(message),
    hint: () => "proxmox_guest_snapshot action=list shows the snapshots of the guest",
  },
  {
    matches: (error) =>
      error.message.includes("undefined type") &&
      error.attempt.operation.endsWith("/cluster/sdn/vnets"),
    hint: () => "There is no such zone: proxmox_sdn_zone action=list shows the zones",
  },
];

/** What to do about a refusal, or undefined. */
export function hintForError(
  error: PveError,
  whose: Whose = {},
  lacking?: Sides,
): string | undefined {
  return ERROR_HINTS.find((each) => each.matches(error))?.hint(error, whose, lacking) ??
    hintForMessages(wordsOf(error));
}
