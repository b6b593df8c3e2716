/**
 * What Proxmox VE's refusals mean, and what to do next.
 *
 * @module
 */
import { operationFact } from "../pve/api.ts";
import type { PveError } from "../pve/errors.ts";
import { privilegeWords } from "./permission_words.ts";
import { lessonOfWords } from "./word_lessons.ts";

/** What explains an error: the message's form, and the next step. */
interface Lesson {
  readonly fits: (error: PveError) => boolean;
  readonly next: (error: PveError) => string;
}

function answers(status: number): (error: PveError) => boolean {
  return (error) => error.status === status;
}

const TOKEN_SETTINGS =
  "PROXMOX_USER (with its realm), PROXMOX_TOKEN_NAME (the part after !) and PROXMOX_TOKEN_VALUE";

/** PVE names path and privilege; the facts do when it does not. */
function lackedWords({ message, attempt: { operation, args } }: PveError): string {
  const named = /check failed \((\/[^,)]*), ([\w.|]+)\)/.exec(message);
  if (named) return `${named[2]?.replaceAll("|", " or ")} on ${named[1]}`;
  const words = privilegeWords(operationFact(operation));
  if (/^(any login|nothing)$/.test(words)) return "a privilege on what was asked for";
  return words.replace(/\{([\w-]+)\}/g, (slot, name: string) => String(args[name] ?? slot));
}

/** First fit wins. */
const LESSONS: readonly Lesson[] = [
  {
    fits: (error) => error.status === 401 && /expired/i.test(error.message),
    next: () =>
      "The token or its user has expired: proxmox_user_token action=update expire=0, by somebody else, makes it last; so does Datacenter > Permissions > API Tokens",
  },
  {
    fits: (error) => error.status === 401 && /disabled/i.test(error.message),
    next: () => "The token's user is disabled: enable it in Datacenter > Permissions > Users",
  },
  {
    fits: (error) => error.status === 401 && /no such (user|token)/i.test(error.message),
    next: () => `There is none of that name: check ${TOKEN_SETTINGS}`,
  },
  {
    fits: answers(401),
    next: () => `Check ${TOKEN_SETTINGS}; the token may also be expired, disabled or deleted`,
  },
  {
    fits: answers(403),
    next: (error) =>
      `It needs ${
        lackedWords(error)
      }. Grant it with proxmox_acl or Datacenter > Permissions; a token with privilege separation needs its own ACL entry (tokens=user@realm!name)`,
  },
  {
    fits: (error) => error.status === 501 && error.attempt.operation.includes("/cluster/ha/rules"),
    next: () => "Proxmox VE 8 has HA groups in place of rules: proxmox_ha_group",
  },
  {
    fits: (error) => error.status === 501 && error.message.includes("too large"),
    next: () => "Proxmox VE takes at most 512 KiB in one request: send less",
  },
  {
    fits: answers(501),
    next: (error) => {
      const { since } = operationFact(error.attempt.operation);
      return since
        ? `This needs Proxmox VE ${since} or later; GET /version tells what the node runs`
        : "The node runs a version of Proxmox VE that does not have this";
    },
  },
  {
    fits: answers(595),
    next: () => "The node is offline or cut off: proxmox_cluster action=status shows the nodes",
  },
  {
    fits: answers(596),
    next: () =>
      "The node is too busy, or hangs: proxmox_cluster action=status shows the nodes, proxmox_node_task what they do",
  },
  {
    fits: (error) => error.status >= 597,
    next: () =>
      "The node that was asked got no usable answer from the other one: see `systemctl status pveproxy` on both",
  },
  {
    fits: (error) => [502, 503, 504].includes(error.status),
    next: () => "The node, or a proxy before it, is busy or starting: try again in a while",
  },
  {
    fits: (error) => error.status === 424 && error.attempt.operation === "GET /cluster/config/join",
    next: () => "The node is not part of a cluster: there is nothing to join",
  },
  {
    // Not of tasks: the shutdown of a guest that does not listen ends so too.
    fits: ({ message }) => /got timeout|timed? ?out/i.test(message),
    next: () =>
      "Something on the node takes too long, often a storage that does not answer: proxmox_storage_config action=cluster_usage shows the storages, proxmox_node_log action=journal more",
  },
  {
    fits: ({ message }) => /^snapshot '[^']*' does not exist/.test(message),
    next: () => "proxmox_guest_snapshot action=list shows the snapshots of the guest",
  },
  {
    fits: (error) =>
      error.message.includes("undefined type") &&
      error.attempt.operation.endsWith("/cluster/sdn/vnets"),
    next: () => "There is no such zone: proxmox_sdn_zone action=list shows the zones",
  },
];

/** What to do about a refusal, or undefined. */
export function lessonOf(error: PveError): string | undefined {
  const { message, errors } = error;
  return LESSONS.find((each) => each.fits(error))?.next(error) ??
    lessonOfWords([message, ...Object.values(errors)]);
}
