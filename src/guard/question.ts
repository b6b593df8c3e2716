/**
 * The question before something is taken away is the plan of the call: whose it is, what goes and
 * how big it is, the requests that would go out, and what is found against them. Secrets are masked
 * by their fields alone, so that no value of one can hide anything else.
 *
 * @module
 */
import { isFreeText } from "../answer/free_text.ts";
import { MASK } from "../answer/mask.ts";
import { redact } from "../base/process/log.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import { type Args, encodeRequest } from "../pve/encode.ts";
import type { Finding } from "../pve/findings/finding.ts";
import { type Guest, kindOf } from "../pve/guests.ts";
import { splitList } from "../pve/split_list.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import { fileWords, type Judgement } from "./judgement.ts";
import { laterValues } from "./later_values.ts";

/** A call that is about to change something. */
export interface PendingAction {
  /** The call as answers name it: `proxmox_guest_snapshot delete`. */
  readonly call: string;
  readonly tool: string;
  readonly action: string;
  /** Its name, where the server has several. */
  readonly cluster?: string;
  readonly guest?: Guest;
  /** Guests that arguments name besides it. */
  readonly named?: readonly Guest[];
  readonly node?: string;
  /** What of the caller's words the guest contradicts. */
  readonly contradiction?: string;
  /** By Proxmox VE's names. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Arguments of the call, or of one of its requests, with secrets masked by their fields. */
  readonly mask: (args: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** A text without the call's secrets. */
  readonly redact: (text: string) => string;
  /** What an answer to the same call before gave to confirm it with. */
  readonly code?: string;
}

/** Guests, losses, requests, … that a question names one by one; of more, the first and the last. */
const MAX_LINES = 20;
/** Of one line about a guest or a loss. */
const MAX_LINE_CHARACTERS = 400;
/** Of a free text, which nobody decides by. */
const MAX_FREE_CHARACTERS = 200;
/** Of what decides: more than any name, volume or property string has. */
const MAX_DECIDING_CHARACTERS = 2_000;

/** `VM 100 "web01" on pve1, running, tags prod` */
function guestLine({ vmid, name, type, node, status, lock, tags }: Guest): string {
  return [
    `${kindOf({ type })} ${vmid} "${name}" on ${node}`,
    status,
    ...(lock === undefined ? [] : [`locked (${lock})`]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(" ")}`]),
  ].join(", ");
}

/** A line of a question, cleaned and bounded. */
function line(text: string): string {
  const clean = sanitizeLine(text.slice(0, MAX_LINE_CHARACTERS));
  const isWhole = text.length <= MAX_LINE_CHARACTERS && clean.length <= MAX_LINE_CHARACTERS;
  return isWhole ? clean : `${clean.slice(0, MAX_LINE_CHARACTERS)}…`;
}

/** The lines, or of too many the first and the last and how many stand between. */
function shortened(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines];
  const half = MAX_LINES / 2;
  return [
    ...lines.slice(0, half),
    `… ${lines.length - MAX_LINES} more …`,
    ...lines.slice(-half),
  ];
}

/** Entries of a list; a property string is one whatever commas it has. */
function entriesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map((each) => String(each));
  return typeof value === "string" && !value.includes("=") ? splitList(value) : [];
}

function argumentText(name: string, value: unknown): string {
  const entries = entriesOf(value);
  if (entries.length > MAX_LINES && !isFreeText(name)) {
    return `${name}=${sanitizeLine(shortened(entries).join(", "))} (${entries.length})`;
  }
  const text = sanitizeLine(typeof value === "object" ? JSON.stringify(value) : String(value));
  const most = isFreeText(name) ? MAX_FREE_CHARACTERS : MAX_DECIDING_CHARACTERS;
  if (text.length <= most) return `${name}=${text}`;
  return `${name}=${text.slice(0, most / 2)} … ${
    text.slice(-most / 2)
  } (${text.length} characters)`;
}

/** What decides, then free texts. */
function decidingFirst<T>(named: readonly (readonly [name: string, value: T])[]): string[] {
  const isFree = ([name]: readonly [string, T]): boolean => isFreeText(name);
  return [...named.filter((each) => !isFree(each)), ...named.filter(isFree)]
    .map(([name, value]) => argumentText(name, value));
}

/** What a call is about and takes away: the guests, who is logged in for it, then the losses. */
export function effectLines(
  guests: readonly Guest[],
  { losses, byLogin }: Pick<Judgement, "losses" | "byLogin">,
): string[] {
  return [
    ...shortened(guests.map((guest) => line(guestLine(guest)))),
    ...(byLogin
      ? [`As ${byLogin.user}, logged in with a password, for ${byLogin.what.join(", ")}`]
      : []),
    ...shortened(losses.map(({ what }) => line(`Lost: ${redact(what)}`))),
  ];
}

/** What is sent, by name; of a list that has too many entries, all of them under the name. */
function grouped(sent: readonly (readonly [string, string])[]): (readonly [string, unknown])[] {
  const byName = Map.groupBy(sent, ([name]) => name);
  return [...byName].flatMap(([name, entries]): (readonly [string, unknown])[] =>
    entries.length > MAX_LINES ? [[name, entries.map(([, value]) => value)]] : [...entries]
  );
}

/** A request as a plan names it: filled in, decoded, with all that it sends; secrets are masked. */
function requestLine(
  { operation, args, file }: PlannedRequest,
  action: PendingAction,
  plan: readonly PlannedRequest[],
): string {
  const later = laterValues(operation, args, action.args, plan);
  const shown = { ...action.mask(args), ...later } as Args;
  const { method, path, body } = encodeRequest(operation, shown);
  const [place = "", query = ""] = path.replace("/api2/json", "").split("?");
  const sent = [...new URLSearchParams(body ?? query)].map(([name, value]) => {
    // Base64 of what is masked would hide that it is.
    const masked = shown[name];
    const isMasked = typeof masked === "string" && masked.includes(MASK);
    return [name, isMasked ? masked : value] as const;
  });
  return [
    `${method} ${sanitizeLine(decodeURIComponent(place))}`,
    ...decidingFirst(grouped(sent)),
    ...(file ? [`with a file of ${fileWords(file)}`] : []),
  ].join(" ");
}

/** The requests of a plan, in their order. */
export function requestLines(
  action: PendingAction,
  requests: readonly PlannedRequest[],
): string[] {
  return requests.map((request, index) =>
    `Request ${index + 1}: ${requestLine(request, action, requests)}`
  );
}

const VERDICTS = { "stops it": "Stops it", warns: "Warns", fine: "" } as const;

/** What is found against requests; what is fine needs no word. */
function findingLines(findings: readonly Finding[]): string[] {
  return findings.filter(({ verdict }) => verdict !== "fine").map(({ verdict, guest, what }) =>
    line(`${VERDICTS[verdict]}: ${guest === undefined ? "" : `${guest}: `}${redact(what)}`)
  );
}

/** The arguments of which no request tells. */
function otherArguments(
  { args, mask }: PendingAction,
  requests: readonly PlannedRequest[],
): string[] {
  const told = new Set(requests.flatMap((request) => Object.keys(request.args)));
  const others = Object.entries(mask(args)).filter(([name, value]) =>
    value !== undefined && !told.has(name)
  );
  return others.length === 0 ? [] : [`with ${decidingFirst(others).join(", ")}`];
}

/** What is shown to whoever confirms: the guests, what goes, what is sent, and what is against it. */
export function question(
  action: PendingAction,
  judgement: Judgement,
  findings: readonly Finding[] = [],
): string {
  const where = action.guest || action.node === undefined ? "" : ` on node ${action.node}`;
  const { requests } = judgement;
  const cluster = action.cluster === undefined ? "" : ` in the cluster ${action.cluster}`;
  return [
    `${action.call}${where}${cluster}`,
    ...effectLines(judgement.guests, judgement),
    ...shortened(requestLines(action, requests)),
    ...shortened(findingLines(findings)),
    ...otherArguments(action, requests),
    "Go on?",
  ].join("\n");
}
