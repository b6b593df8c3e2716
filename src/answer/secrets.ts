/**
 * The secrets of one call: what its arguments and Proxmox VE's answers hold of them, and taking
 * them out of everything that the call says, whoever put it together.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { mappedTexts } from "../base/mapped.ts";
import { redact } from "../base/process/log.ts";
import type { TaskResult } from "../pve/tasks.ts";
import type { Answer, ListData } from "../tool/answer.ts";
import { aliasOf } from "../tool/compatibility.ts";
import type { Action } from "../tool/define.ts";
import { isFreeText } from "./free_text.ts";
import { FieldMask, MASK, maskText, namedSecrets } from "./mask.ts";
import { allOperations } from "../tool/operation.ts";

/** Shorter ones stand in ordinary words: they are masked where they are, not wherever they are. */
const MIN_SECRET_CHARACTERS = 6;
/** More of them in one answer than any call needs. */
const MAX_SECRETS = 500;

/** Knows the secrets of a call of one action. */
export class CallSecrets {
  readonly #operations: readonly string[];
  readonly #reveals: readonly string[];
  readonly #mask: FieldMask;
  readonly #known = new Set<string>();

  /** @param input The call's arguments, before anything has looked at them. */
  constructor(action: Action, input: unknown) {
    this.#operations = allOperations(action);
    this.#reveals = action.unmaskedFields ?? [];
    this.#mask = new FieldMask(this.#operations, this.#reveals);
    this.#learn(input, (name) => this.#mask.isSecret(aliasOf(action, name) ?? name));
  }

  /** True once it knows a secret beside those that fields tell. */
  get knowsAny(): boolean {
    return this.#known.size > 0;
  }

  /** Learns the secrets of arguments by PVE's names, however the caller spelt them. */
  learnArguments(args: Readonly<Record<string, unknown>>): void {
    this.#learn(args, (name) => this.#mask.isSecret(name));
  }

  /** Learns the secrets that Proxmox VE answered. */
  learnAnswer(operation: string, data: unknown): void {
    const mask = new FieldMask([operation]);
    this.#learn(data, (name) => mask.isSecret(name));
  }

  /**
   * @param plain Names that hold no secret, where they stood in the rows before: thousands of rows
   * have the same ones, and judging each anew would take longer than all else.
   */
  #learn(value: unknown, isSecret: (name: string) => boolean, plain: string[] = []): void {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value) this.#learn(each, isSecret, plain);
      return;
    }
    const row = value as Readonly<Record<string, unknown>>;
    const named = namedSecrets(row);
    let place = 0;
    for (const name in row) { // A list of the names would be made anew for each row.
      const field = row[name];
      if (plain[place++] !== name || named.length > 0) {
        if (this.#reveals.includes(name)) continue;
        if (isSecret(name) || named.includes(name)) {
          this.#add(field);
          continue;
        }
        plain[place - 1] = name;
      }
      if (typeof field === "object") this.#learn(field, isSecret);
    }
  }

  #add(value: unknown): void {
    if (Array.isArray(value)) return value.forEach((each) => this.#add(each));
    if (typeof value === "object" || typeof value === "boolean") return;
    const text = String(value);
    // Of `name=N,value=V` only V is secret.
    for (const secret of [text, /(?:^|,)value=([^,]+)/.exec(text)?.[1] ?? ""]) {
      const plain = secret.length >= MIN_SECRET_CHARACTERS && !/^\*+$|^name=[^,=]*$/.test(secret);
      if (plain && this.#known.size < MAX_SECRETS) this.#known.add(secret);
    }
  }

  /** The text without the secrets that are known, of the call and of the server. */
  redactText(text: string): string {
    let result = redact(text);
    for (const secret of this.#known) result = withoutWord(result, secret);
    return result;
  }

  readonly #redact = (text: string): string => this.redactText(text);

  /** Arguments or data without secrets. */
  redactValue<T>(value: T): T {
    return this.#mask.mask(value, this.#redact) as T;
  }

  /**
   * Arguments as a person decides by them, and as they are written down: masked by their fields.
   * Only free texts are searched for the values of secrets, which could be chosen so as to hide
   * what decides.
   */
  maskArguments(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const masked = this.#mask.mask(args) as typeof args;
    return Object.fromEntries(
      Object.entries(masked).map(([name, value]) => [
        name,
        isFreeText(name, this.#operations) ? this.#texts(value) : value,
      ]),
    );
  }

  /** Every text in a value without the secrets that are known. */
  #texts(value: unknown): unknown {
    return mappedTexts(value, this.#redact);
  }

  #list({ rows, ...list }: ListData): ListData {
    return {
      ...this.#texts(list) as Omit<ListData, "rows">,
      rows: rows.map((row) => this.#mask.maskCells(list.columns, row, this.#redact)),
    };
  }

  /** An answer without secrets, but for what it is the action's purpose to reveal. */
  redactAnswer(answer: Answer): Answer {
    const { list, object, texts, image, task, asked, open, ...rest } = answer;
    const redacted = (label: string, text: string): string =>
      this.redactText(this.#reveals.includes(label) ? text : maskText(text));
    return {
      ...this.#texts(rest) as Omit<
        Answer,
        "list" | "object" | "texts" | "image" | "task" | "asked" | "open"
      >,
      ...defined({
        image,
        asked,
        open,
        list: list && this.#list(list),
        object: object && this.redactValue(object),
        texts: texts?.map(({ label, text }) => ({ label, text: redacted(label, text) })),
        task: task && this.#texts({ ...task, log: task.log.map(maskText) }) as TaskResult,
      }),
    };
  }
}

/** The text without a secret, where it stands alone and not inside of a longer word. */
function withoutWord(text: string, secret: string): string {
  if (!text.includes(secret)) return text;
  const isWord = (character: string | undefined): boolean =>
    character !== undefined && /[\p{L}\p{N}]/u.test(character);
  let result = "";
  let from = 0;
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
    const end = at + secret.length;
    const inside = isWord(text[at - 1]) && isWord(secret[0]) ||
      isWord(text[end]) && isWord(secret.at(-1));
    result += text.slice(from, at) + (inside ? secret : MASK);
    from = end;
  }
  return result + text.slice(from);
}
