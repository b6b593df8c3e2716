/**
 * Arguments that are texts for people or whole files: nobody decides by them, they may be long, and
 * may quote a secret.
 *
 * @module
 */

const FREE_TEXTS: readonly string[] = [
  ...[
    "description",
    "comment",
    "comments",
    "comments6",
    "notes",
    "notes-template",
    "notes_template",
  ],
  ...["body", "body-text", "consent-text", "input-data", "data"],
  ...["sshkeys", "ssh-public-keys", "certificates"],
];
/** Names that are free text in one operation and a list in others. */
const BY_PATH: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\/agent\/file-write$/, ["content"]],
];

/**
 * True for an argument that is free text.
 *
 * @param operations Operations that have it.
 */
export function isFreeText(name: string, operations: readonly string[] = []): boolean {
  return FREE_TEXTS.includes(name) ||
    BY_PATH.some(([path, names]) =>
      names.includes(name) && operations.some((operation) => path.test(operation))
    );
}
