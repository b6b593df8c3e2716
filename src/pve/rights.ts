/**
 * Who may do what where, computed from the ACL as PVE does it. Sources: `roles` of
 * PVE::AccessControl, `permissions` of PVE::RPCEnvironment.
 *
 * @module
 */
import { splitList } from "./split_list.ts";

type Row = Readonly<Record<string, unknown>>;

/** A user or a token. */
export interface Identity {
  /** `alice@pve`, or `alice@pve!automation` */
  readonly id: string;
  /** Absent for a user. */
  readonly owner?: string;
  readonly groups: readonly string[];
  readonly enabled: boolean;
  /** Seconds since 1970; 0 is without end. */
  readonly expire: number;
  /** A token has its own rights only, and no more than its owner. */
  readonly separated: boolean;
}

/** A right that stands in the ACL, or comes from a token's owner. */
export interface Grant {
  readonly path: string;
  /** Below it as well. */
  readonly below: boolean;
  readonly via: string;
  /** Paths below it that it does not reach. */
  readonly except: readonly string[];
}

interface Entry {
  readonly path: string;
  readonly kind: string;
  readonly who: string;
  readonly role: string;
  readonly propagate: boolean;
}

/** Everyone of the answer of `GET /access/users?full=1`, tokens after their owners. */
export function identitiesOf(users: readonly Row[]): Identity[] {
  return users.flatMap((user) => {
    const id = String(user.userid);
    const enabled = Number(user.enable ?? 1) === 1;
    const person: Identity = {
      id,
      enabled,
      groups: splitList(user.groups),
      expire: Number(user.expire ?? 0),
      separated: false,
    };
    const tokens = Array.isArray(user.tokens) ? user.tokens as readonly Row[] : [];
    return [
      person,
      ...tokens.map((token): Identity => ({
        id: `${id}!${token.tokenid}`,
        owner: id,
        enabled,
        groups: person.groups,
        expire: Number(token.expire ?? 0),
        separated: Number(token.privsep ?? 1) !== 0,
      })),
    ];
  });
}

/** A path and those above it, `/` first. */
function stepsTo(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return ["/", ...parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
}

/** Stands for anything below a path, which no entry is about. */
function below(path: string): string {
  return `${path === "/" ? "" : path}/*`;
}

/** The ACL of a cluster, and what follows from it. */
export class Rights {
  readonly #entries = new Map<string, Entry[]>();
  readonly #roles: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #people: ReadonlyMap<string, Identity>;

  constructor(
    acl: readonly Row[],
    roles: readonly Row[],
    identities: readonly Identity[],
    /** Pools of guests by `/vms/100`. */
    private readonly pools: ReadonlyMap<string, string>,
  ) {
    for (const { path, type, ugid, roleid, propagate } of acl) {
      const entry: Entry = {
        path: String(path),
        kind: String(type),
        who: String(ugid),
        role: String(roleid),
        propagate: Number(propagate ?? 1) === 1,
      };
      this.#entries.set(entry.path, [...this.#entries.get(entry.path) ?? [], entry]);
    }
    this.#roles = new Map(
      roles.map(({ roleid, privs }) => [String(roleid), new Set(splitList(privs))]),
    );
    this.#people = new Map(identities.map((each) => [each.id, each]));
  }

  /** Paths that the ACL is about, those above before those below. */
  get paths(): string[] {
    return [...new Set(["/", ...this.#entries.keys()])].sort();
  }

  /** Entries of one path for an identity: its own before those of its groups. */
  #entriesOn(path: string, { id, owner, groups }: Identity, final: boolean): Entry[] {
    const all = (this.#entries.get(path) ?? []).filter(({ propagate }) => final || propagate);
    const own = all.filter(({ kind, who }) => kind !== "group" && who === id);
    if (own.length > 0 || owner !== undefined) return own;
    return all.filter(({ kind, who }) => kind === "group" && groups.includes(who));
  }

  /** The entries that decide on a path: the deepest, and those of the guest's pool. */
  #deciding(path: string, identity: Identity): Entry[] {
    let found: Entry[] = [];
    for (const step of stepsTo(path)) {
      const entries = this.#entriesOn(step, identity, step === path);
      if (entries.length > 0) found = entries;
    }
    const refuses = (entries: readonly Entry[]): Entry[] =>
      entries.filter(({ role }) => role === "NoAccess");
    if (refuses(found).length > 0) return refuses(found);
    const pool = this.pools.get(path);
    if (pool === undefined) return found;
    const pooled = this.#deciding(`/pool/${pool}`, identity);
    return refuses(pooled).length > 0 ? refuses(pooled) : [...found, ...pooled];
  }

  #granting(identity: Identity, privilege: string, path: string): Entry | undefined {
    return this.#deciding(path, identity).find(({ role }) => this.#roles.get(role)?.has(privilege));
  }

  /** Whether the ACL gives a token a privilege itself, whatever its owner has. */
  isGranted(token: Identity, privilege: string, path: string): boolean {
    return this.#granting(token, privilege, path) !== undefined;
  }

  /** How an identity has a privilege on a path; undefined when it has not. */
  via(identity: Identity, privilege: string, path: string): string | undefined {
    const { id, owner, separated } = identity;
    if (id === "root@pam") return "superuser";
    const person = owner === undefined ? undefined : this.#people.get(owner);
    const ofOwner = person && this.via(person, privilege, path);
    if (owner !== undefined && ofOwner === undefined) return undefined;
    if (owner !== undefined && !separated) return `all rights of ${owner}`;
    const entry = this.#granting(identity, privilege, path);
    if (!entry) return undefined;
    return entry.kind === "group" ? `group ${entry.who}, ${entry.role}` : `direct, ${entry.role}`;
  }

  /** The paths on which an identity gets a privilege, each with what it does not reach. */
  grants(identity: Identity, privilege: string): Grant[] {
    const grants: (Grant & { except: string[] })[] = [];
    for (const path of this.paths) {
      const here = this.via(identity, privilege, path);
      const above = stepsTo(path).slice(0, -1).at(-1);
      const inherits = above !== undefined &&
        this.via(identity, privilege, below(above)) !== undefined;
      if (here !== undefined && !inherits) {
        const reaches = this.via(identity, privilege, below(path)) !== undefined;
        grants.push({ path, below: reaches, via: here, except: [] });
      }
      if (here === undefined && inherits) grants.at(-1)?.except.push(path);
    }
    return grants;
  }

  /** What stands in the ACL for an identity: `Administrator on / (group admins)`. */
  written(identity: Identity): string[] {
    return this.paths.flatMap((path) =>
      this.#entriesOn(path, identity, true).map(({ role, kind, who, propagate }) =>
        `${role} on ${path}${kind === "group" ? ` (group ${who})` : ""}${
          propagate ? "" : ", not below"
        }`
      )
    );
  }
}
