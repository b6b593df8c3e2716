/**
 * Reads a command line as a POSIX shell does, as far as words and quotes go. What would make the
 * shell do more than start one program is an error.
 *
 * @module
 */

/** Characters that have a meaning outside of quotes. */
const SPECIAL = /[\n;&|<>()$`"*?[\]#~={}!]/;
const WORD_PART = /'([^']*)'|\\([^\n])|([^\s'\\]+)|(\s+)/gy;

/** The words of a command line. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  for (const match of line.matchAll(WORD_PART)) {
    const [text, quoted, escaped, plain] = match;
    if (SPECIAL.test(plain ?? "")) throw new SyntaxError(`Not one program: ${line}`);
    const part = quoted ?? escaped ?? plain;
    if (part === undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + part;
    end = match.index + text.length;
  }
  if (end < line.length) throw new SyntaxError(`Not a command line: ${line.slice(end)}`);
  return word === undefined ? words : [...words, word];
}
