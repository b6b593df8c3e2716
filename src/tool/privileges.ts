/**
 * What an operation requires, in words, from the check expressions of the API facts.
 *
 * @module
 */
import type { OperationFact } from "../pve/api.ts";

type Check = readonly unknown[];

function checkText(check: Check): string {
  const [kind, ...rest] = check;
  switch (kind) {
    case "perm": {
      const [path, privileges] = rest as [string, readonly string[], ...unknown[]];
      const any = rest.includes("any");
      if (privileges.length === 0) return `any privilege on ${path}`;
      return `${privileges.join(any ? " or " : " and ")} on ${path}`;
    }
    case "or":
    case "and":
      return rest.map((each) => checkText(each as Check)).join(` ${kind} `);
    case "perm-modify":
      return `Permissions.Modify on ${rest[0]}`;
    case "userid-group":
      return `${(rest[0] as readonly string[]).join(" or ")} on the user's groups`;
    case "userid-param":
      return rest[0] === "self" ? "being that user" : `${rest[0]} on the user's realm`;
    default:
      return String(kind);
  }
}

const LOGIN = "logged in with a password (PROXMOX_PASSWORD_FILE); no API token can";

/** What an operation needs of whoever calls it, as a sentence part. */
export function privilegeText({ permissions, noToken }: OperationFact): string {
  if (permissions === null) return `root@pam ${LOGIN}`;
  const text = privilegesText(permissions);
  return noToken ? `${text}, ${LOGIN}` : text;
}

function privilegesText({ user, check }: NonNullable<OperationFact["permissions"]>): string {
  if (user === "world") return "nothing";
  return user === "all" || !check ? "any login" : checkText(check);
}
