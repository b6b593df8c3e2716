/**
 * Finds values that are a mistake in any setting: a placeholder that nobody filled in, the text of
 * an example, `undefined` and its like, quotation marks. The value is never repeated, as it may be
 * a secret.
 *
 * @module
 */

/**
 * Notations of placeholders, and how they are shown: special ones before those that look like
 * them.
 */
const NOTATIONS: readonly (readonly [pattern: RegExp, shownAs: string])[] = [
  [/\$\{input:[^}]*\}/, "${input:…}"],
  [/\$\{env:[^}]*\}/, "${env:…}"],
  [/\$\{user_config\.[^}]*\}/, "${user_config.…}"],
  [/\$\{\{.*?\}\}/, "${{…}}"],
  [/\$\{[^}]*\}/, "${…}"],
  [/\{\{.*?\}\}/, "{{…}}"],
  [/\{env:[^}]*\}/, "{env:…}"],
  [/\{file:[^}]*\}/, "{file:…}"],
  [/\$\([^)]*\)/, "$(…)"],
  [/\$env:\w+/i, "$env:…"],
  // In capitals only: a passphrase may well begin with a dollar sign.
  [/(?<![\w$])\$[A-Z_][A-Z0-9_]*/, "$…"],
  [/%[A-Za-z_]\w{2,}%/, "%…%"],
  [/<[^<>]+>/, "<…>"],
  [/(?<!\w)op:\/\/.+/, "op://…"],
];

const NOUNS =
  "(?:token|secret|api|pve|proxmox|host|server|node|ip|address|domain|user|name|password|key|uuid|value|realm|port|path)";
/** What documents write for a value of the reader's own. */
const EXAMPLES: readonly RegExp[] = [
  new RegExp(`^(?:the secret of )?your[-_ .]?(?:[a-z0-9]+[-_ .])*${NOUNS}`, "i"),
  new RegExp(`(?:^|[-_ ])${NOUNS}[-_ ](?:goes[-_ ])?here$`, "i"),
  /^(?:change|replace)[-_ ]?me$/i,
  /^x{4,}(?:-x+)*$/i,
  /^0{8}(?:-0{4}){3}-0{12}$/,
  /^(?=.*x)(?:\d{1,3}|x{1,3})(?:\.(?:\d{1,3}|x{1,3})){3}$/i,
  /^(?:[*•]{3,}|\.{3}|…)$/,
];

/** What programs write for a value that they do not have. */
const NO_VALUE = /^(?:undefined|null|NULL|NaN|None|\[object \w+\])$/;

const QUOTES = "\"“”„«»'`‘’‚‹›";
const QUOTED = new RegExp(`^\\\\?[${QUOTES}].*\\\\?[${QUOTES}]$`, "s");
const QUOTES_AT_ENDS = new RegExp(
  `^\\\\?[${QUOTES}]+|(?:\\\\|(?<![${QUOTES}\\\\]))[${QUOTES}]+$`,
  "g",
);
/** An apostrophe is not among them: it may be a part of a path. */
const QUOTES_ANYWHERE = /["“”„«»]/;

/**
 * The notation of the placeholder in a value. A secret must be one as a whole: it may hold such
 * characters by chance.
 */
export function placeholderIn(value: string, secret: boolean): string | undefined {
  const text = value.trim().replace(QUOTES_AT_ENDS, "");
  const found = NOTATIONS.find(([pattern]) => {
    const [match] = pattern.exec(text) ?? [];
    return match !== undefined && (!secret || match === text);
  });
  return found?.[1];
}

/** The words of a list and the parts of an address, each of which stands for itself. */
function partsOf(text: string): string[] {
  const words = text.split(/[\s,=@!]+|:\/\//);
  return [text, ...words.map((word) => word.replace(/[:/].*$/s, ""))];
}

/**
 * What is wrong with a value, to be said after the name of its setting; undefined when nothing is.
 */
export function mistakeIn(value: string, secret: boolean): string | undefined {
  const placeholder = placeholderIn(value, secret);
  if (placeholder !== undefined) {
    return `expected a value, got a placeholder that was not filled in: ${placeholder}`;
  }
  const bare = value.trim().replace(QUOTES_AT_ENDS, "");
  const parts = secret ? [bare] : partsOf(bare);
  const noValue = parts.find((part) => NO_VALUE.test(part));
  if (noValue !== undefined) {
    return `expected a value, got "${noValue}", which programs write for one that they do not have`;
  }
  if (parts.some((part) => EXAMPLES.some((example) => example.test(part)))) {
    return "expected a value of your own, got the text of an example";
  }
  const quoted = QUOTED.test(value.trim()) || (!secret && QUOTES_ANYWHERE.test(value));
  return quoted ? "expected no quotation marks in or around it" : undefined;
}
