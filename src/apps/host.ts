/**
 * The host that shows the page: it calls tools for it, and says how the page is to look.
 *
 * @module
 */
import {
  App,
  applyDocumentTheme,
  applyHostStyleVariables,
  type McpUiHostContext,
} from "@modelcontextprotocol/ext-apps";
import { type Answer, CallError, type Row, rowsOf } from "./answer.ts";
import { setViewer } from "./format.ts";

/** Arguments of a call. */
export type Args = Readonly<Record<string, unknown>>;

/** Milliseconds that a call may take: a person may be asked meanwhile. */
const CALL_MS = 600_000;
/** Milliseconds for a host to tell of the call that the page belongs to. */
const INPUT_MS = 1_500;
/** Milliseconds that the answer to that call is waited for, before the page asks for itself. */
const RESULT_MS = 20_000;
/** Rows asked for at once, and pages at the most: an answer is bounded by its length anyway. */
const PAGE = 200;
const MOST_PAGES = 40;

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Calls of tools through the host. */
export class Host {
  readonly #app: App;
  readonly #onLook = new Set<() => void>();
  #args: Args = {};
  /** What the call that the page is for answers; taken once. */
  #result: Promise<Answer | undefined> | undefined;
  #resolveResult = (_result?: Answer): void => {};
  #ended = false;

  constructor(name: string, version: string) {
    // Without `allowUnsafeEval` the schemas of the SDK are interpreted: no CSP has to allow more.
    this.#app = new App({ name, version }, {}, { autoResize: true });
  }

  /** Connects, and waits until the host has told of the call that the page is for. */
  async connect(onInput: (args: Args) => void, onEnd: () => void): Promise<Args> {
    let resolveInput = (): void => {};
    const input = new Promise<void>((resolve) => resolveInput = resolve);
    let opened = false;
    this.#app.addEventListener("toolinput", ({ arguments: args = {} }) => {
      this.#args = args;
      const result = new Promise<Answer | undefined>((resolve) => this.#resolveResult = resolve);
      this.#result = Promise.race([result, delay(RESULT_MS).then(() => undefined)]);
      resolveInput();
      if (opened) onInput(args);
    });
    this.#app.addEventListener(
      "toolresult",
      ({ structuredContent }) => this.#resolveResult(structuredContent as Answer | undefined),
    );
    this.#app.addEventListener("toolcancelled", () => this.#resolveResult());
    this.#app.addEventListener("hostcontextchanged", () => this.#look(this.#app.getHostContext()));
    this.#app.onteardown = () => {
      this.#ended = true;
      onEnd();
      return {};
    };
    await this.#app.connect();
    this.#look(this.#app.getHostContext());
    await Promise.race([input, delay(INPUT_MS)]);
    opened = true;
    return this.#args;
  }

  /** Whether the host has said that the page goes away. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Calls back when colours, language or zone have changed; returns how to end that. */
  onLook(listener: () => void): () => void {
    this.#onLook.add(listener);
    return () => this.#onLook.delete(listener);
  }

  #look(context: McpUiHostContext | undefined): void {
    if (context?.theme) applyDocumentTheme(context.theme);
    if (context?.styles?.variables) applyHostStyleVariables(context.styles.variables);
    setViewer({ locale: context?.locale, timeZone: context?.timeZone });
    for (const listener of this.#onLook) listener();
  }

  /**
   * The answer of a tool to the call that the page is for, the first time; of a call of its own
   * later, and where the host does not tell it.
   */
  async callOnce(name: string, args: Args): Promise<Answer> {
    const given = args.action === this.#args.action ? await this.#result : undefined;
    this.#result = undefined;
    return given?.rows ? given : await this.call(name, args);
  }

  /**
   * Calls a tool.
   *
   * @throws {CallError} When it answers with an error.
   */
  async call(name: string, args: Args): Promise<Answer> {
    // A page is of one cluster, where the server has several.
    const { cluster } = this.#args;
    const result = await this.#app.callServerTool(
      { name, arguments: cluster === undefined ? { ...args } : { cluster, ...args } },
      { timeout: CALL_MS, resetTimeoutOnProgress: true },
    );
    const answer = (result.structuredContent ?? {}) as Answer;
    if (!result.isError && !answer.error) return answer;
    const [first] = result.content ?? [];
    const text = first?.type === "text" ? first.text : "The tool answered with an error";
    throw new CallError(answer.error ?? { message: text }, answer.notes);
  }

  /** All rows of a list, however many answers they take. */
  async rows(name: string, args: Args): Promise<Row[]> {
    const rows: Row[] = [];
    let offset: number | undefined = 0;
    for (let page = 0; offset !== undefined && page < MOST_PAGES; page++) {
      const answer: Answer = await this.call(name, { ...args, limit: PAGE, offset });
      rows.push(...rowsOf(answer));
      offset = answer.next_offset;
    }
    return rows;
  }
}
