/**
 * What grants a privilege that a token lacks: to the token, to its user or to both.
 *
 * @module
 */
import type { Side, Sides } from "../../pve/who_lacks.ts";

/** What is to be granted, and who lacks it. */
export interface Grant {
  /** A token's id with its user, or a user. */
  readonly identity: string;
  readonly path: string;
  /** A role that has it. */
  readonly role: string;
  readonly sides: Sides;
}

/** Quoted where a shell would take it for something else: `!` of a token, for instance. */
function shellWord(text = ""): string {
  return /^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `pveum acl modify / --users mcp@pve --tokens 'mcp@pve!mcp' --roles PVEAuditor` */
function lineFor({ identity, path, role }: Grant, sides: readonly Side[]): string {
  const [user] = identity.split("!");
  const to = [
    ...(sides.includes("user") ? [`--users ${shellWord(user)}`] : []),
    ...(sides.includes("token") ? [`--tokens ${shellWord(identity)}`] : []),
  ];
  return `\`pveum acl modify ${path} ${to.join(" ")} --roles ${role}\``;
}

/** Which side lacks it, and the line for that side. */
export function grantText(grant: Grant): string {
  const { identity, sides } = grant;
  const [user, name] = identity.split("!");
  if (name === undefined) return lineFor(grant, ["user"]);
  if (sides === undefined) {
    return `Whether the token or its user ${user} lacks it cannot be seen (\`pveum user permissions ${user}\` on a node tells what the user has); with privilege separation both need it: ${
      lineFor(grant, ["token", "user"])
    }`;
  }
  const isToken = sides.includes("token");
  const isUser = sides.includes("user");
  const who = isToken && isUser
    ? `The token and its user ${user} lack it`
    : isUser
    ? `Its user ${user} lacks it, and a token has no more than its user`
    : `Its user ${user} has it, the token itself lacks it (privilege separation)`;
  return `${who}: ${lineFor(grant, sides)}`;
}
