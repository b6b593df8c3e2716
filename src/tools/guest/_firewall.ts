/**
 * What a guest's firewall rules come to: what the names in them stand for, and whether the
 * datacenter, the guest and its cards let them count at all.
 *
 * @module
 */
import { listAnswer } from "../../answer/list.ts";
import { guestOperation, type ReadOperation } from "../../pve/api.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import type { Answer, Row } from "../../tool/answer.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { firewallIsOff, RULE_COLUMNS } from "../_firewall_rule.ts";
import { maybe } from "../_maybe.ts";
import { placeArgs } from "./_state.ts";

/** What a guest's list of rules reads besides. */
export const EFFECT_READS = [
  "GET /cluster/firewall/options",
  "GET /nodes/{node}/{type}/{vmid}/firewall/options",
  "GET /nodes/{node}/{type}/{vmid}/config",
] as const;
export const NAME_READS = [
  "GET /cluster/firewall/groups/{group}",
  "GET /cluster/firewall/aliases",
  "GET /cluster/firewall/ipset/{name}",
  "GET /nodes/{node}/{type}/{vmid}/firewall/aliases",
  "GET /nodes/{node}/{type}/{vmid}/firewall/ipset/{name}",
] as const;

/** Members of an IP set that are named in a cell. */
const MAX_MEMBERS = 5;

/** The cards of a guest, and whether each hands its packets to the firewall. */
function cardsOf(config: Row): (readonly [name: string, filtered: boolean])[] {
  return Object.entries(config).filter(([key]) => /^net\d+$/.test(key)).sort()
    .map(([key, value]) => [key, /(?:^|,)firewall=1(?:,|$)/.test(String(value))] as const);
}

/** What stands in the way of a guest's rules, and what takes it away. */
function obstacles(guest: Guest, cluster: Row, options: Row): string[] {
  return [
    ...(firewallIsOff(cluster)
      ? ["for the datacenter (proxmox_cluster_firewall action=update_options enable=1)"]
      : []),
    ...(firewallIsOff(options)
      ? [
        `for the guest (proxmox_cluster_firewall action=update_options vmid=${guest.vmid} enable=1)`,
      ]
      : []),
  ];
}

/** How a guest's rules are let in effect; undefined where that cannot be read. */
interface Effect {
  readonly counts: boolean;
  readonly text: string;
}

/** Whether a guest's rules count. A node's own switch is for the node alone. */
export async function ruleEffect(context: ReadContext, guest: Guest): Promise<Effect | undefined> {
  const place = placeArgs(guest);
  const of = (path: "config" | "firewall/options"): ReadOperation =>
    guestOperation(`GET /nodes/{node}/{type}/{vmid}/${path}`, guest.type);
  const [cluster, options, config] = await Promise.all([
    maybe(context, "GET /cluster/firewall/options"),
    maybe(context, of("firewall/options"), place),
    maybe(context, of("config"), place),
  ]);
  if (!cluster || !options || !config) return undefined;
  const off = obstacles(guest, cluster, options);
  const cards = cardsOf(config);
  const open = cards.filter(([, filtered]) => !filtered).map(([name]) => name);
  const all = open.length === cards.length;
  const card = open.length === 0 ? [] : [
    `${open.join(", ")} without firewall=1 (proxmox_guest_network action=update net=${
      open[0]
    } firewall=true)`,
  ];
  if (off.length > 0 || all) {
    const why = [...(off.length > 0 ? [`the firewall is off ${off.join(" and ")}`] : []), ...card];
    return { counts: false, text: `No rule counts: ${why.join("; ") || "the guest has no card"}` };
  }
  const filtered = cards.filter(([, each]) => each).map(([name]) => name).join(", ");
  const { policy_in = "DROP", policy_out = "ACCEPT" } = options;
  return {
    counts: true,
    text: `They count on ${filtered}${
      card.length > 0 ? `, not on ${card[0]}` : ""
    }: the firewall is on for datacenter and guest, and the node's own switch is for itself alone. What no rule fits: in ${policy_in}, out ${policy_out}`,
  };
}

/** The places of a name: of the guest, and of the datacenter. */
const PLACES = ["guest", "dc"] as const;

/** What aliases and IP sets stand for, by the word in a rule. */
type Names = ReadonlyMap<string, string>;

/** Words of rules that are names: `office`, `dc/office`, `+management`. */
function namesIn(rules: readonly Row[]): Set<string> {
  const words = rules.flatMap(({ source, dest }) => [source, dest])
    .flatMap((value) => String(value ?? "").split(","));
  return new Set(words.filter((word) => /^(\+|[a-z])/i.test(word) && !/^[\da-f]*:/i.test(word)));
}

async function resolveNames(
  context: ReadContext,
  guest: Guest,
  rules: readonly Row[],
): Promise<Names> {
  const words = [...namesIn(rules)];
  const place = placeArgs(guest);
  const aliases = new Map<string, string>();
  if (words.some((word) => !word.startsWith("+"))) {
    const lists = await Promise.all([
      maybe<readonly Row[]>(
        context,
        guestOperation("GET /nodes/{node}/{type}/{vmid}/firewall/aliases", guest.type),
        place,
      ),
      maybe<readonly Row[]>(context, "GET /cluster/firewall/aliases"),
    ]);
    PLACES.forEach((prefix, index) => {
      for (const { name, cidr } of lists[index] ?? []) {
        aliases.set(`${prefix}/${name}`.toLowerCase(), String(cidr));
      }
    });
  }
  const members = async (prefix: typeof PLACES[number], name: string): Promise<unknown> =>
    prefix === "dc"
      ? await maybe(context, "GET /cluster/firewall/ipset/{name}", { name })
      : await maybe(
        context,
        guestOperation("GET /nodes/{node}/{type}/{vmid}/firewall/ipset/{name}", guest.type),
        { ...place, name },
      );
  const found = await Promise.all(words.map(async (word) => {
    const name = word.replace(/^\+/, "").replace(/^(guest|dc)\//, "");
    const places = PLACES.filter((each) => !/\//.test(word) || word.includes(`${each}/`));
    for (const each of places) {
      const text = word.startsWith("+")
        ? setText(await members(each, name))
        : aliases.get(`${each}/${name}`.toLowerCase());
      if (text !== undefined) return [[word, text] as const];
    }
    return [];
  }));
  return new Map(found.flat());
}

/** Members of a set; the first few, and how many more. */
function setText(data: unknown): string | undefined {
  if (!Array.isArray(data)) return undefined;
  const members = (data as readonly Row[]).map(({ cidr, nomatch }) =>
    `${Number(nomatch) === 1 ? "not " : ""}${cidr}`
  );
  if (members.length === 0) return "empty";
  const more = members.length - MAX_MEMBERS;
  return members.slice(0, MAX_MEMBERS).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function shown(rule: Row, names: Names): Row {
  const withMeaning = (value: unknown): unknown =>
    typeof value !== "string" ? value : value.split(",").map((word) => {
      const meaning = names.get(word);
      return meaning === undefined ? word : `${word} (${meaning})`;
    }).join(",");
  const { source, dest, ...rest } = rule;
  return {
    ...rest,
    ...(source === undefined ? {} : { source: withMeaning(source) }),
    ...(dest === undefined ? {} : { dest: withMeaning(dest) }),
  };
}

/** The rules with those of their security groups below them. */
async function withGroups(context: ReadContext, rules: readonly Row[]): Promise<Row[]> {
  const groups = [
    ...new Set(rules.filter(({ type }) => type === "group").map(({ action }) => String(action))),
  ];
  const operation = "GET /cluster/firewall/groups/{group}";
  const found = new Map(
    await Promise.all(
      groups.map(async (group) =>
        [group, await maybe<readonly Row[]>(context, operation, { group })] as const
      ),
    ),
  );
  return rules.flatMap((rule) => {
    const inside = rule.type === "group" ? found.get(String(rule.action)) ?? [] : [];
    return [
      rule,
      ...inside.map((each) => ({ ...each, pos: `${rule.pos}.${each.pos}`, group: rule.action })),
    ];
  });
}

/** A guest's rules, names resolved, and whether they count. */
export async function guestRules(context: ReadContext): Promise<Answer> {
  const guest = guestOf(context);
  const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/firewall/rules", guest.type);
  const own = (await context.request(operation, placeArgs(guest))).data as readonly Row[];
  const [rules, effect] = await Promise.all([
    withGroups(context, own),
    ruleEffect(context, guest),
  ]);
  const names = await resolveNames(context, guest, rules);
  const columns = [...RULE_COLUMNS, "group"];
  return {
    ...listAnswer(
      rules.map((rule) => shown(rule, names)),
      { columns },
      context.options,
      `Guest firewall rules of ${nameOf(guest)}`,
    ),
    notes: effect ? [effect.text] : [],
  };
}
