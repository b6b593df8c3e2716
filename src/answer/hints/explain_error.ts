/**
 * Errors that teach: what was tried, what came back, why, and what to do next.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { log } from "../../base/process/log.ts";
import { ShutdownError } from "../../base/process/shutdown.ts";
import { errorMessage, isMalformedAnswer } from "../../base/text/error_message.ts";
import { operationFact } from "../../pve/api.ts";
import { type Attempt, NotPveError, PveError, PveTimeoutError } from "../../pve/errors.ts";
import { UnprovenError } from "../../pve/evidence.ts";
import { GuestLookupError } from "../../pve/guests.ts";
import { LoginError } from "../../pve/login/login_error.ts";
import { requestWords } from "../../pve/request_words.ts";
import { TaskUnreadError } from "../../pve/tasks.ts";
import { TransportError } from "../../pve/transport/transport.ts";
import type { Sides } from "../../pve/who_lacks.ts";
import { SshError } from "../../ssh/types.ts";
import { type Answer, type Failure, ToolError } from "../../tool/answer.ts";
import { GATEWAY } from "../../tool/gateway_names.ts";
import type { ActionKind } from "../../tool/define.ts";
import { inWordsOf, type Whose, whoseSettings } from "../../tool/server_rights.ts";
import { taskListCall } from "../task_answer.ts";
import { hintForError } from "./errors.ts";
import { GUEST_NOT_ON_NODE, NO_SUCH_NODE, NOT_HOTPLUGGED } from "./messages.ts";

/** After an end without an answer nobody knows what was done. */
const CHECK_STATE_FIRST = "Whether it was done is not known: look at the state before trying again";
const NOTHING_SENT = "Nothing was sent to Proxmox VE";
const REQUEST_NOT_SENT = "The request was not sent";
const NOTHING_DONE = "Nothing was done";
const NOT_REACHED = "It was not done: the request did not reach the node";

/** What a call that failed would have done. */
export interface Attempted {
  readonly kind: ActionKind;
  /** It had come as far as its own work; before that, things are only looked up. */
  readonly begun: boolean;
  /** After a refusal for lack of a privilege: who lacks it. */
  readonly lacking?: Sides;
}

function changes({ operation }: Attempt): boolean {
  return operationFact(operation).method !== "GET";
}

/** True when PVE refused a change before it began: it checked, or reached nobody. */
export function wasRefused({ status, message, errors }: PveError): boolean {
  if (Object.values(errors).some((each) => NOT_HOTPLUGGED.test(each))) return false;
  return status < 500 || status === 501 || status === 595 || GUEST_NOT_ON_NODE.test(message);
}

const LOOKUP_FAULTS = { none: "missing", several: "invalid", unread: undefined } as const;

function faultOf(parameters: Failure["parameters"]): Failure["fault"] {
  return parameters && "invalid";
}

function fromPve(error: PveError, whose: Whose, lacking: Sides): Explanation {
  const hint = hintForError(error, whose, lacking);
  const unsure = changes(error.attempt) && error.status > 501 && !wasRefused(error);
  const parameters = Object.keys(error.errors).length > 0 ? error.errors : undefined;
  const fault = NO_SUCH_NODE.test(error.message) ? "missing" : faultOf(parameters);
  return {
    ...defined({ parameters, fault }),
    notes: [
      ...(hint === undefined ? [] : [hint]),
      ...(unsure ? [CHECK_STATE_FIRST] : []),
      ...(changes(error.attempt) && error.status === 595 ? [NOT_REACHED] : []),
      `Proxmox VE answered ${error.status} to ${error.attempt.operation}`,
    ],
  };
}

function fromTransport(
  { details: { hint, maybeSent } }: TransportError,
  changing: boolean,
): Explanation {
  const sent = changing ? [`It may have reached Proxmox VE. ${CHECK_STATE_FIRST}`] : [];
  return {
    notes: [...(hint === undefined ? [] : [hint]), ...(maybeSent ? sent : [NOTHING_SENT])],
  };
}

function fromTimeout({ attempt, maybeSent, timeOf }: PveTimeoutError): Explanation {
  const whose = timeOf === "call"
    ? "the time of the whole call was over, which wait= or PROXMOX_TASK_WAIT sets"
    : "PROXMOX_TIMEOUT sets how long a request may take";
  return {
    notes: [
      `It was ${attempt.operation}; ${whose}`,
      ...(maybeSent ? changes(attempt) ? [CHECK_STATE_FIRST] : [] : [NOTHING_SENT]),
    ],
  };
}

function fromOtherServer({ attempt, status }: NotPveError): Explanation {
  const isGateway = [502, 503, 504].includes(status);
  return {
    notes: [
      ...(isGateway
        ? [
          "A proxy in front of Proxmox VE answered, and does not reach it: try again in a while, then look at the node and its pveproxy",
        ]
        : []),
      "PROXMOX_HOST and PROXMOX_PORT must name the API of a node (port 8006, or the URL of a reverse proxy with its path), without a log-in proxy in between",
      `It was the answer to ${attempt.operation}`,
      ...(changes(attempt) ? [CHECK_STATE_FIRST] : []),
    ],
  };
}

/** What an error says besides its message. */
interface Explanation extends Pick<Failure, "parameters" | "fault"> {
  readonly notes: readonly string[];
}

function explanationOf(
  error: unknown,
  { kind, begun, lacking }: Attempted,
  whose: Whose,
): Explanation {
  const changing = kind !== "read" && begun;
  if (error instanceof PveError) return fromPve(error, whose, lacking);
  if (error instanceof TransportError) return fromTransport(error, changing);
  if (error instanceof PveTimeoutError) return fromTimeout(error);
  if (error instanceof NotPveError) return fromOtherServer(error);
  if (error instanceof SshError) return { notes: [error.hint] };
  if (error instanceof LoginError) return { notes: [error.hint, REQUEST_NOT_SENT] };
  if (error instanceof GuestLookupError) {
    return { ...defined({ fault: LOOKUP_FAULTS[error.problem] }), notes: [] };
  }
  if (isMalformedAnswer(error)) {
    log("answer").warn(error.stack ?? error.message);
    return { notes: changing ? [CHECK_STATE_FIRST] : [] };
  }
  if (error instanceof ShutdownError && kind !== "read") {
    return { notes: [begun ? CHECK_STATE_FIRST : NOTHING_DONE] };
  }
  return { notes: [] };
}

/** What became of a task is not known: for now, or for good. */
function unreadTask({ task: { type, upid, node }, cause, isLost }: TaskUnreadError): Answer {
  const explained = explainError(cause, "", { kind: "read", begun: true });
  return {
    title: isLost
      ? `Task ${type} was started, outcome unknown`
      : `Task ${type} was started; how it stands could not be read`,
    ...defined({ failure: explained.failure }),
    notes: isLost
      ? [
        `Its UPID is ${upid}; ${taskListCall({ node })} shows what ${node} knows`,
        CHECK_STATE_FIRST,
      ]
      : [
        `proxmox_node_task action=wait upid=${upid} waits for its end`,
        ...(explained.notes ?? []),
      ],
  };
}

/** Where to look when nothing shows what came of a change. */
function whereToLook(
  { attempt: { operation, args }, details: { stillThere } }: UnprovenError,
): string {
  if (stillThere) {
    const read = requestWords(stillThere.operation, stillThere.args);
    return `${GATEWAY.call} operation="${read}" shows it`;
  }
  const status = /\/(?:qemu|lxc)\/\{vmid\}/.test(operation)
    ? `; proxmox_guest_status vmid=${args.vmid} how the guest stands`
    : "";
  return `${taskListCall(args)} shows whether its task has begun${status}`;
}

/** Proxmox VE took the change, and nothing shows that it did anything. */
function unproven(error: UnprovenError): Answer {
  const { message, attempt: { operation, args }, details: { nothingDone } } = error;
  const what = nothingDone ? NOTHING_DONE : "Accepted, outcome unknown";
  return {
    title: `${what}: ${requestWords(operation, args)}`,
    failure: { kind: "error", reason: message },
    notes: nothingDone
      ? [`No guest that is meant is on ${args.node}: proxmox_guest_list shows where it is`]
      : [CHECK_STATE_FIRST, whereToLook(error)],
  };
}

/**
 * The answer to a call that failed.
 *
 * @param title What could not be done.
 * @param attempted What the call would have done, as far as that is known.
 * @param whose Whose token it was done by.
 */
export function explainError(
  error: unknown,
  title: string,
  attempted: Attempted = { kind: "write", begun: true },
  whose: Whose = {},
): Answer {
  const answer = explained(error, title, attempted, whose);
  const { failure, notes = [] } = answer;
  const more = whoseSettings([failure?.reason ?? "", ...notes], whose);
  const all = [...notes, ...more].map((note) => inWordsOf(whose, note));
  return {
    ...answer,
    ...defined({
      failure: failure && { ...failure, reason: inWordsOf(whose, failure.reason) },
      notes: all.length > 0 ? all : undefined,
    }),
  };
}

function explained(error: unknown, title: string, attempted: Attempted, whose: Whose): Answer {
  if (error instanceof ToolError) {
    const { reason, notes, parameters, answer } = error.details;
    const { kind = "error", fault = faultOf(parameters) } = error.details;
    return {
      ...answer,
      title: error.message,
      failure: {
        kind,
        reason,
        ...defined({ parameters, fault }),
      },
      ...defined({ notes }),
    };
  }
  if (error instanceof TaskUnreadError) return unreadTask(error);
  if (error instanceof UnprovenError) return unproven(error);
  const { notes, ...more } = explanationOf(error, attempted, whose);
  return {
    title,
    failure: { kind: "error", reason: errorMessage(error), ...more },
    ...defined({ notes: notes.length > 0 ? notes : undefined }),
  };
}
