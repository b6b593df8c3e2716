/**
 * The question before something is taken away: whose it is, what goes and how big it is, and all
 * that decides of the arguments. Secrets are masked by their fields alone, so that no value of one
 * can hide anything else.
 *
 * @module
 */
import { isFreeText } from "../answer/free_text.ts";
import { MASK } from "../answer/mask.ts";
import { redact } from "../base/process/log.ts";
import { sanitizeLine } from "../base/text/sanitize.ts";
import type { Operation } from "../pve/api.ts";
import { type Args, encodeRequest } from "../pve/encode.ts";
import { type Guest, kindOf } from "../pve/guests.ts";
import { splitList } from "../pve/split_list.ts";
import type { Judgement } from "./judgement.ts";

/** A call that is about to change something. */
export interface PendingAction {
  /** The call as answers name it: `proxmox_guest_snapshot delete`. */
  readonly call: string;
  readonly tool: string;
  readonly action: string;
  readonly guest?: Guest;
  readonly node?: string;
  /** What of the caller's words the guest contradicts. */
  readonly contradiction?: string;
  /** By Proxmox VE's names. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The arguments with secrets masked by their fields. */
  readonly maskedArgs: Readonly<Record<string, unknown>>;
  /** A text without the call's secrets. */
  readonly redact: (text: string) => string;
  /** What an answer to the same call before gave to confirm it with. */
  readonly code?: string;
}

/** Guests, losses and arguments that a question names one by one; of more, the first and the last. */
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
function argumentLines(args: Readonly<Record<string, unknown>>): string[] {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const [deciding, free] = [false, true].map((wanted) =>
    given.filter(([name]) => isFreeText(name) === wanted)
  );
  const texts = [...deciding ?? [], ...free ?? []].map(([name, value]) =>
    argumentText(name, value)
  );
  return texts.length === 0 ? [] : [`with ${texts.join(", ")}`];
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

/** A request as a plan names it: filled in, decoded, with all that it sends; secrets are masked. */
export function requestLine(operation: Operation, maskedArgs: Args): string {
  const { method, path, body } = encodeRequest(operation, maskedArgs);
  const [place = "", query = ""] = path.replace("/api2/json", "").split("?");
  // Base64 of what is masked would hide that it is.
  const shown = (name: string, sent: string): string => {
    const masked = maskedArgs[name];
    return typeof masked === "string" && masked.includes(MASK) ? masked : sent;
  };
  const sent = [...new URLSearchParams(body ?? query)];
  return [
    `${method} ${sanitizeLine(decodeURIComponent(place))}`,
    ...sent.map(([name, value]) => argumentText(name, shown(name, value))),
  ].join(" ");
}

/** What is shown to whoever confirms: the guests, what goes, and with which arguments. */
export function question(action: PendingAction, judgement: Judgement): string {
  const where = action.guest || action.node === undefined ? "" : ` on node ${action.node}`;
  return [
    `${action.call}${where}`,
    ...effectLines(judgement.guests, judgement),
    ...argumentLines(action.maskedArgs),
    "Go on?",
  ].join("\n");
}
