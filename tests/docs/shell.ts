/**
 * Reads shell commands as documents write them, into words, without a shell: what is quoted and
 * what is not, where a word ends, where a command does. Enough for lines that people paste; what it
 * does not know (here-documents, `case`, arithmetic) is an error, never a guess.
 *
 * @module
 */

/** A character that a shell takes for more than itself, where it stands unquoted. */
export interface Special {
  readonly character: string;
  /** From 1, of the text that was read. */
  readonly line: number;
}

/** A word as the program gets it. */
export interface Word {
  readonly value: string;
  /** Unquoted `*`, `?` and `[`: zsh refuses the command where they match no file. */
  readonly patterns: readonly Special[];
  /** `!` that an interactive shell takes for an earlier command. */
  readonly history: readonly Special[];
}

/** A command: its words, and where it starts. */
export interface Command {
  readonly words: readonly Word[];
  readonly line: number;
}

/** What was read. */
export interface ShellText {
  readonly commands: readonly Command[];
  /** Comments: an interactive zsh takes `#` for a word like any other. */
  readonly comments: readonly Special[];
}

const PATTERN = new Set(["*", "?", "["]);
const SEPARATORS = new Set(["\n", ";", "|", "&", "(", ")"]);
/** Words that stand before a command, and are none. */
const RESERVED = new Set([
  "do",
  "then",
  "else",
  "if",
  "while",
  "until",
  "!",
  "{",
  "}",
  "done",
  "fi",
]);

class Reader {
  #at = 0;
  #line = 1;
  #commands: Command[] = [];
  #comments: Special[] = [];
  #words: Word[] = [];
  #start = 1;

  constructor(private readonly text: string) {}

  read(): ShellText {
    while (this.#at < this.text.length) this.#step();
    this.#endCommand();
    return { commands: this.#commands, comments: this.#comments };
  }

  #peek(ahead = 0): string {
    return this.text[this.#at + ahead] ?? "";
  }

  #take(): string {
    const character = this.#peek();
    this.#at++;
    if (character === "\n") this.#line++;
    return character;
  }

  #special(): Special {
    return { character: this.#peek(), line: this.#line };
  }

  #step(): void {
    const character = this.#peek();
    if (character === "\\" && this.#peek(1) === "\n") this.#skip(2);
    else if (character === " " || character === "\t") this.#take();
    else if (character === "#") this.#comment();
    else if (character === "<" && this.#peek(1) === "<") {
      throw new TypeError(`Cannot read the here-document in line ${this.#line}`);
    } else if (SEPARATORS.has(character)) {
      this.#take();
      this.#endCommand();
    } else if (character === "<" || character === ">") this.#take();
    else this.#word();
  }

  #skip(count: number): void {
    for (let taken = 0; taken < count; taken++) this.#take();
  }

  #comment(): void {
    this.#comments.push(this.#special());
    while (this.#at < this.text.length && this.#peek() !== "\n") this.#take();
  }

  #endCommand(): void {
    if (this.#words.length > 0) this.#commands.push({ words: this.#words, line: this.#start });
    this.#words = [];
  }

  #word(): void {
    const line = this.#line;
    const word = { value: "", patterns: [] as Special[], history: [] as Special[] };
    while (this.#at < this.text.length && !/[\s;|&()<>]/.test(this.#peek())) {
      const character = this.#peek();
      if (character === "'") word.value += this.#single();
      else if (character === '"') word.value += this.#double(word.history);
      else if (character === "\\") {
        this.#take();
        const escaped = this.#take();
        word.value += escaped === "\n" ? "" : escaped;
      } else if (character === "$" || character === "`") word.value += this.#expansion();
      else {
        if (PATTERN.has(character)) word.patterns.push(this.#special());
        if (this.#isHistory()) word.history.push(this.#special());
        word.value += this.#take();
      }
    }
    // `[` alone is the command that tests something.
    const patterns = word.value === "[" || word.value === "[[" ? [] : word.patterns;
    if (this.#words.length === 0) {
      if (RESERVED.has(word.value)) return;
      this.#start = line;
    }
    this.#words.push({ ...word, patterns });
  }

  /** `!` in front of anything but white space and `=`. */
  #isHistory(): boolean {
    return this.#peek() === "!" && /[^\s=("]/.test(this.#peek(1));
  }

  #until(end: string, what: string): string {
    const line = this.#line;
    let value = "";
    while (this.#peek() !== end) {
      if (this.#at >= this.text.length) throw new TypeError(`${what} of line ${line} has no end`);
      value += this.#take();
    }
    this.#take();
    return value;
  }

  #single(): string {
    this.#take();
    return this.#until("'", "The single quote");
  }

  #double(history: Special[]): string {
    const line = this.#line;
    this.#take();
    let value = "";
    while (this.#peek() !== '"') {
      if (this.#at >= this.text.length) {
        throw new TypeError(`The double quote of line ${line} has no end`);
      }
      if (this.#peek() === "$" || this.#peek() === "`") value += this.#expansion();
      else if (this.#peek() === "\\" && /[$`"\\\n]/.test(this.#peek(1))) {
        this.#take();
        const escaped = this.#take();
        value += escaped === "\n" ? "" : escaped;
      } else {
        if (this.#isHistory()) history.push(this.#special());
        value += this.#take();
      }
    }
    this.#take();
    return value;
  }

  /** `$name`, `$?`, `${…}`, `$(…)` and `` `…` ``, as they are written. */
  #expansion(): string {
    const opening = this.#take();
    if (opening === "`") return `\`${this.#until("`", "The back quote")}\``;
    if (this.#peek() === "{") return `$${this.#until("}", "The brace")}}`;
    if (this.#peek() === "(") return `$${this.#substitution()}`;
    if (/[?*#!@$-]/.test(this.#peek())) return `$${this.#take()}`;
    return "$";
  }

  /** A command inside of a word is read like any other. */
  #substitution(): string {
    const [line, from] = [this.#line, this.#at];
    this.#take();
    const before = this.#words;
    const start = this.#start;
    this.#words = [];
    while (this.#peek() !== ")") {
      if (this.#at >= this.text.length) throw new TypeError(`$( of line ${line} has no end`);
      this.#step();
    }
    this.#endCommand();
    this.#take();
    this.#words = before;
    this.#start = start;
    return this.text.slice(from, this.#at);
  }
}

/**
 * The commands of a text, each with its words.
 *
 * @throws {TypeError} When a quote has no end, or what stands there is not known.
 */
export function readShell(text: string): ShellText {
  return new Reader(text).read();
}
