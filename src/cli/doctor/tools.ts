/**
 * Checks which tools work with the token's privileges, and what the others lack.
 *
 * @module
 */
import { refusesTokens } from "../../pve/api.ts";
import { coverageOfAny, type PermissionMap, type Reach } from "../../pve/coverage.ts";
import { hiddenRows, sightOf } from "../../pve/hidden_rows.ts";
import { type Action, isSingle } from "../../tool/define.ts";
import { allFacts, allOperations, contentOf, usedOperations } from "../../tool/operation.ts";
import { allowedActions, type RegisteredTool, type Tier } from "../../tool/registry.ts";
import type { Finding } from "./finding.ts";
import { groupLines, type Lacking } from "./lack_groups.ts";

/** One action of a tool that the token's privileges do not cover. */
interface Uncovered extends Lacking {
  readonly tool: string;
  readonly action: string | undefined;
  readonly reach: Exclude<Reach, "all">;
  /** Closed to every token, whatever its privileges. */
  readonly closed: boolean;
}

function uncoveredActions(
  registered: RegisteredTool,
  tier: Tier,
  permissions: PermissionMap,
): Uncovered[] {
  const { tool, category } = registered;
  return allowedActions(registered, tier).flatMap(([name, action]) => {
    const facts = allFacts(action);
    const { reach, lacks } = coverageOfAny(facts, permissions);
    const shown = isSingle(tool) ? undefined : name;
    const closed = facts.every(refusesTokens);
    const about = { tool: tool.name, category, action: shown, closed };
    if (reach !== "all") return [{ ...about, reach, lacks }];
    const unseen = unseenRows(action, permissions);
    return unseen.length === 0 ? [] : [{ ...about, reach: "some" as const, lacks: unseen }];
  });
}

/** What Proxmox VE leaves out of the answers that a read is made of, and does not say so. */
function unseenRows(action: Action, permissions: PermissionMap): string[] {
  if (action.kind !== "read") return [];
  const operations = [...allOperations(action), ...usedOperations(action)];
  const texts = operations.flatMap((each) => hiddenRows(each, contentOf(action))).flatMap(
    (kind) => {
      const { lacks } = sightOf(kind, permissions);
      return lacks.length === 0 ? [] : [`${lacks.join(" and ")}, to see ${kind.what}`];
    },
  );
  return [...new Set(texts)];
}

/** `proxmox_guest_config (update, delete), proxmox_vm_disk` */
function toolText(uncovered: readonly Uncovered[]): string {
  const actions = new Map<string, string[]>();
  for (const { tool, action } of uncovered) {
    actions.set(tool, [...(actions.get(tool) ?? []), ...(action === undefined ? [] : [action])]);
  }
  return [...actions].map(([tool, names]) =>
    names.length === 0 ? tool : `${tool} (${names.join(", ")})`
  ).join(", ");
}

/** One line for each lack, the ones that close most first. */
function lackLines(uncovered: readonly Uncovered[]): string[] {
  const byLack = new Map<string, Uncovered[]>();
  for (const each of uncovered) {
    const lack = each.lacks.join("; ");
    byLack.set(lack, [...(byLack.get(lack) ?? []), each]);
  }
  return [...byLack].sort(([, one], [, other]) => other.length - one.length)
    .map(([lack, each]) => `${lack}: ${toolText(each)}`);
}

/** More lines than these are told in brief. */
const MOST_LINES = 8;
const ALL_OF_THEM = "What each action lacks: proxmox-mcp doctor --json";

/** What actions lack, each of them and in brief. */
function lackDetails(
  uncovered: readonly Uncovered[],
  heading: readonly string[] = [],
): Pick<Finding, "details" | "brief"> {
  const lines = lackLines(uncovered);
  return {
    details: [...heading, ...lines],
    ...(lines.length <= MOST_LINES
      ? {}
      : { brief: [...heading, ...groupLines(uncovered), ALL_OF_THEM] }),
  };
}

/** Privileges that actions lack which Proxmox VE refuses for it; empty when it refuses none. */
export function refusedPrivileges(
  tools: readonly RegisteredTool[],
  tier: Tier,
  permissions: PermissionMap,
): string[] {
  const refused = tools.flatMap((each) => uncoveredActions(each, tier, permissions))
    .filter(({ reach, closed }) => reach === "none" && !closed);
  const names = refused.flatMap(({ lacks }) => lacks.join(" ").match(PRIVILEGE) ?? []);
  return [...new Set(names)];
}

/** `VM.Config.Disk` */
const PRIVILEGE = /\b[A-Z]\w*(?:\.[A-Z]\w*)+/g;

/** Where it is not to change anything, a token that cannot is what it takes. */
const READS_ONLY = "If it is to read only, set PROXMOX_ALLOW_ELEVATED=false in place of that";

/**
 * Findings about all tools that the settings allow.
 *
 * @param grant What grants that which lacks.
 */
export function toolFindings(
  tools: readonly RegisteredTool[],
  tier: Tier,
  permissions: PermissionMap,
  grant: string,
  loginUser?: string,
): Finding[] {
  const offered = tools.filter((each) => allowedActions(each, tier).length > 0);
  const uncovered = offered.flatMap((each) => uncoveredActions(each, tier, permissions));
  const refused = uncovered.filter(({ reach, closed }) => reach === "none" && !closed);
  const partly = uncovered.filter(({ reach }) => reach === "some");
  const closed = uncovered.filter((each) => each.closed);
  const limited = new Set([...refused, ...partly].map(({ tool }) => tool));
  const working = offered.filter(({ tool }) => !limited.has(tool.name));
  const check = tier === "basic" ? "Tools that read" : "Tools";
  return [
    {
      check,
      status: working.length === 0 ? "fail" : refused.length === 0 ? "ok" : "warn",
      text:
        `${working.length} of ${offered.length} work with this token in full, beside those for the whole API`,
      // A token without any privilege is told so: what it lacks is everything.
      ...(refused.length === 0 || Object.keys(permissions).length === 0 ? {} : {
        ...lackDetails(refused, ["Refused for lack of privileges:"]),
        fix: tier === "basic" ? grant : `${grant}. ${READS_ONLY}`,
      }),
    },
    ...(partly.length === 0 ? [] : [{
      ...{ check, status: "ok" as const, text: "some work for a part of the objects only" },
      ...lackDetails(partly),
    }]),
    ...(closed.length === 0 ? [] : [{
      ...{ check, status: "ok" as const, details: [toolText(closed)] },
      text: loginUser === "root@pam"
        ? "some actions are closed to every API token; the login as root@pam does them, after a question"
        : "some actions are closed to every API token; they take a login as root@pam",
    }]),
  ];
}
