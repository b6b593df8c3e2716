/**
 * Errors that teach: what was tried, what came back, why, and what to do next.
 *
 * @module
 */
import { EndingError } from "../ending.ts";
import { operationFact } from "../pve/api.ts";
import { PveTimeoutError } from "../pve/client.ts";
import { NotPveError, PveError } from "../pve/errors.ts";
import { GuestLookupError } from "../pve/guests.ts";
import { TransportError } from "../pve/transport.ts";
import { SshError } from "../ssh/types.ts";
import { type Answer, ToolError } from "./answer.ts";
import { privilegeWords } from "./permission_words.ts";

/** What explains an error: the message's form, and the next step. */
interface Lesson {
  readonly fits: (error: PveError) => boolean;
  readonly next: (error: PveError) => string;
}

function says(pattern: RegExp): (error: PveError) => boolean {
  return ({ message, errors }) =>
    [message, ...Object.values(errors)].some((each) => pattern.test(each));
}

const NO_SUCH_NODE = /hostname lookup '.*' failed/;

/** First fit wins. */
const LESSONS: readonly Lesson[] = [
  {
    fits: (error) => error.status === 401,
    next: () =>
      "Check PROXMOX_USER (with realm), PROXMOX_TOKEN_NAME (the part after !) and PROXMOX_TOKEN_VALUE; the token may also be expired, disabled or deleted",
  },
  {
    fits: (error) => error.status === 403,
    next: (error) =>
      `It needs ${
        privilegeWords(operationFact(error.attempt.operation))
      }. Grant it with proxmox_acl or Datacenter > Permissions; a token with privilege separation needs its own ACL entry (tokens=user@realm!name)`,
  },
  {
    fits: (error) => error.status === 501,
    next: (error) => {
      const { since } = operationFact(error.attempt.operation);
      return since
        ? `This needs Proxmox VE ${since} or later; GET /version tells what the node runs`
        : "The node runs a version of Proxmox VE that does not have this";
    },
  },
  {
    fits: (error) => error.status === 596,
    next: () =>
      "The node may still be doing it: look at its state and its tasks (proxmox_node_task) before trying again",
  },
  {
    fits: (error) => error.status === 595,
    next: () => "The node is offline or cut off: proxmox_cluster action=status shows the nodes",
  },
  {
    fits: says(NO_SUCH_NODE),
    next: () => "There is no such node: proxmox_node action=list shows the nodes",
  },
  {
    fits: says(/is locked|can't lock file/i),
    next: () =>
      "Another task is working on it: proxmox_node_task action=list filter=running shows which; try again when it has ended",
  },
  {
    fits: says(/QEMU guest agent is not running|No QEMU guest agent configured/i),
    next: () =>
      "The guest agent must be on in the VM's config (agent=1) and qemu-guest-agent installed and running in the guest",
  },
  {
    fits: says(/checksum mismatch|detected modified configuration/i),
    next: () => "Somebody changed it since it was read: read it again and send the new digest",
  },
  {
    fits: says(/only root (can set|may use this)/i),
    next: () => "No API token may set this; it takes a login as root@pam, in the web interface",
  },
  {
    fits: says(/binary not installed: .*ceph|pveceph configuration not initialized/i),
    next: () => "Ceph is not set up there: pveceph install and pveceph init, or the web interface",
  },
  {
    fits: says(/unexpected property '/),
    next: () => "This type does not have it: leave it out",
  },
  {
    fits: says(/no spice port/i),
    next: () => "The VM has no SPICE display: vga=qxl in its config gives it one at its next start",
  },
  {
    fits: says(/ha groups have been migrated to rules/i),
    next: () => "Proxmox VE 9 has HA rules in place of groups: proxmox_ha_rule",
  },
];

function triedWords(error: PveError | NotPveError | PveTimeoutError): string {
  return error.attempt.operation;
}

function fromPve(error: PveError, title: string): Answer {
  const lesson = LESSONS.find((each) => each.fits(error));
  const parameters = Object.keys(error.errors).length > 0 ? { parameters: error.errors } : {};
  return {
    title,
    failure: {
      kind: "error",
      reason: error.message,
      ...parameters,
      ...(NO_SUCH_NODE.test(error.message) ? { missing: true } : {}),
    },
    notes: [
      ...(lesson ? [lesson.next(error)] : []),
      `Proxmox VE answered ${error.status} to ${triedWords(error)}`,
    ],
  };
}

function fromTransport(error: TransportError, title: string): Answer {
  const { hint, maybeSent } = error.details;
  return {
    title,
    failure: { kind: "error", reason: error.message },
    notes: [
      ...(hint ? [hint] : []),
      maybeSent
        ? "The request may have reached Proxmox VE: look before sending it again"
        : "Nothing reached Proxmox VE",
    ],
  };
}

/** After an end without an answer nobody knows what was done. */
const LOOK_FIRST = "After a change, look at the state before trying again: it may have been done";

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The answer to a call that failed.
 *
 * @param title What could not be done.
 */
export function explain(error: unknown, title: string): Answer {
  if (error instanceof ToolError) {
    const { reason, notes, parameters, denied, answer } = error.details;
    return {
      ...answer,
      title: error.message,
      failure: {
        kind: denied ? "denied" : "error",
        reason,
        ...(parameters ? { parameters } : {}),
      },
      ...(notes ? { notes } : {}),
    };
  }
  if (error instanceof PveError) return fromPve(error, title);
  if (error instanceof TransportError) return fromTransport(error, title);
  if (error instanceof SshError) {
    return { title, failure: { kind: "error", reason: error.message }, notes: [error.hint] };
  }
  if (error instanceof GuestLookupError) {
    return { title, failure: { kind: "error", reason: error.message, missing: true } };
  }
  if (error instanceof EndingError) {
    return { title, failure: { kind: "error", reason: error.message }, notes: [LOOK_FIRST] };
  }
  if (error instanceof PveTimeoutError) {
    return {
      title,
      failure: { kind: "error", reason: error.message },
      notes: [
        `It was ${triedWords(error)}; PROXMOX_TIMEOUT sets how long a request may take`,
        LOOK_FIRST,
      ],
    };
  }
  if (error instanceof NotPveError) {
    return {
      title,
      failure: { kind: "error", reason: error.message },
      notes: [
        "PROXMOX_HOST and PROXMOX_PORT must name the API of a node (port 8006), without a log-in proxy in between",
      ],
    };
  }
  return { title, failure: { kind: "error", reason: reasonOf(error) } };
}
