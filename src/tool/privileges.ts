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

/** The privileges that an operation needs, as a sentence part. */
export function privilegeText(fact: OperationFact): string {
  const { permissions } = fact;
  if (permissions === null) return "root@pam with a password login; no API token can";
  if (permissions.user === "world") return "nothing";
  if (permissions.user === "all" || !permissions.check) return "any login";
  return checkText(permissions.check);
}
