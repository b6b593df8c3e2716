/**
 * Whether a change under /access takes away what this program's own requests are made with: the
 * token, its user, and the groups, roles and permissions that it has its rights by.
 *
 * @module
 */
import type { Operation } from "../api.ts";
import type { Args } from "../encode.ts";
import { splitList } from "../split_list.ts";
import type { CurrentState } from "./effect.ts";
import { readRows } from "./read.ts";
import { valueText } from "./words.ts";

/** Who requests are made as: `user@realm!name`, or `user@realm` of a login. */
export type Identities = readonly string[];

/** What of an identity's access is lost. */
export interface OwnLoss {
  readonly identity: string;
  readonly what: "access" | "rights";
}

/** Who has permissions: an identity itself, its user, or a group of that. */
interface Holders {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly tokens: readonly string[];
}

function userOf(identity: string): string {
  return identity.split("!")[0] ?? identity;
}

async function groupsOf(user: string, state: CurrentState): Promise<readonly string[]> {
  const users = await readRows(state, "GET /access/users", { full: true });
  return splitList(valueText(users?.find(({ userid }) => userid === user)?.groups));
}

async function holdersOf(identity: string, state: CurrentState): Promise<Holders> {
  const user = userOf(identity);
  return { users: [user], groups: await groupsOf(user, state), tokens: [identity] };
}

/** True when an entry of the access control list gives the identity this role. */
async function hasRole(role: unknown, identity: string, state: CurrentState): Promise<boolean> {
  const entries = await readRows(state, "GET /access/acl", {}) ?? [];
  const holders = await holdersOf(identity, state);
  return entries.some(({ roleid, type, ugid }) =>
    roleid === role && (holders[`${type}s` as keyof Holders] ?? []).includes(String(ugid))
  );
}

type Concerns = (args: Args, identity: string, state: CurrentState) => boolean | Promise<boolean>;

const itsUser: Concerns = ({ userid }, identity) => userid === userOf(identity);
const itsToken: Concerns = ({ userid, tokenid }, identity) => `${userid}!${tokenid}` === identity;
/** What only who logs in with a password needs. */
const itsLogin: Concerns = ({ userid }, identity) => userid === identity;
const itsRealm: Concerns = ({ realm }, identity) => userOf(identity).endsWith(`@${realm}`);
const itsRole: Concerns = ({ roleid }, identity, state) => hasRole(roleid, identity, state);
const itsEntry: Concerns = async (args, identity, state) => {
  const holders = await holdersOf(identity, state);
  return (["users", "groups", "tokens"] as const).some((type) =>
    splitList(valueText(args[type])).some((each) => holders[type].includes(each))
  );
};
const itsGroup: Concerns = async ({ groupid }, identity, state) =>
  (await groupsOf(userOf(identity), state)).includes(String(groupid));

const CONCERNS: Readonly<Partial<Record<Operation, readonly [OwnLoss["what"], Concerns]>>> = {
  "PUT /access/users/{userid}/token/{tokenid}": ["access", itsToken],
  "DELETE /access/users/{userid}/token/{tokenid}": ["access", itsToken],
  "PUT /access/users/{userid}": ["access", itsUser],
  "DELETE /access/users/{userid}": ["access", itsUser],
  "PUT /access/password": ["access", itsLogin],
  "DELETE /access/domains/{realm}": ["access", itsRealm],
  "POST /access/domains/{realm}/sync": ["access", itsRealm],
  "PUT /access/acl": ["rights", itsEntry],
  "DELETE /access/groups/{groupid}": ["rights", itsGroup],
  "PUT /access/roles/{roleid}": ["rights", itsRole],
  "DELETE /access/roles/{roleid}": ["rights", itsRole],
};

/** Whose own access a request takes away that is known to take something away. */
export async function ownLosses(
  operation: Operation,
  args: Args,
  identities: Identities,
  state: CurrentState,
): Promise<readonly OwnLoss[]> {
  const [what, concerns] = CONCERNS[operation] ?? [];
  if (what === undefined || concerns === undefined) return [];
  const found = await Promise.all(
    identities.map(async (identity) =>
      await concerns(args, identity, state) ? [{ identity, what }] : []
    ),
  );
  return found.flat();
}
