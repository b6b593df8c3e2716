/**
 * People of an identity provider, and the tokens of Proxmox VE that they are mapped to.
 *
 * @module
 */
import type { Token } from "../pve/credentials.ts";
import type { GRANTS, PeopleFileContent } from "./people_schema.ts";

/** Something of the server's own rights that a person is lent. */
export type Grant = (typeof GRANTS)[number];

/** What a person may do. */
export interface Rights {
  readonly token: Token;
  readonly grants: readonly Grant[];
  readonly readOnly: boolean;
  readonly elevated: boolean;
}

/** Claims of a token that say who somebody is. */
export type Claims = Readonly<Record<string, unknown>>;

/** A person as their token names them. */
export interface NamedPerson {
  readonly name: string;
  readonly groups: readonly string[];
}

/** An entry of the file. */
export type Entry = PeopleFileContent["people" | "groups"][number];

type ClaimPath = PeopleFileContent["person_claim"];

/** Stands for the cluster of a server that has one. */
export const ONLY = "";

function claimAt(claims: Claims, path: ClaimPath): unknown {
  return [path].flat().reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Claims)[key]
        : undefined,
    claims,
  );
}

/** Who is mapped to what. */
export class People {
  constructor(
    private readonly content: PeopleFileContent,
    private readonly rights: ReadonlyMap<Entry, ReadonlyMap<string, Rights>>,
  ) {}

  /** Who a token's claims say it is; undefined where they do not. */
  named(claims: Claims): NamedPerson | undefined {
    const { person_claim: path, groups_claim: groupsPath } = this.content;
    const name = claimAt(claims, path);
    if (typeof name !== "string" || name === "" || name.length > 256) return undefined;
    // An address that nobody has checked may be anybody's.
    if ([path].flat().at(-1) === "email" && claims.email_verified !== true) return undefined;
    const groups = [claimAt(claims, groupsPath)].flat().filter((each) => typeof each === "string");
    return { name, groups };
  }

  /**
   * What a person may do; undefined for who is in no entry, or in one that lets nobody in.
   *
   * @param cluster Of several, the one that it is about.
   */
  rightsOf({ name, groups }: NamedPerson, cluster = ONLY): Rights | undefined {
    const entry = this.content.people.find(({ person }) => person === name) ??
      this.content.groups.find(({ group, tokens }) =>
        groups.includes(group) && (!tokens || Object.hasOwn(tokens, cluster))
      );
    return entry && this.rights.get(entry)?.get(cluster);
  }

  /** Each entry that lets somebody in, by what it is called. */
  entries(cluster = ONLY): (readonly [name: string, rights: Rights])[] {
    const { people, groups } = this.content;
    return [
      ...people.map((each) => [`"${each.person}"`, each] as const),
      ...groups.map((each) => [`group "${each.group}"`, each] as const),
    ].flatMap(([name, entry]) => {
      const rights = this.rights.get(entry)?.get(cluster);
      return rights ? [[name, rights] as const] : [];
    });
  }
}
