/**
 * Callers over HTTP whom an identity provider names: each acts by the token of Proxmox VE that the
 * server maps them to. What they sent is passed on to nobody.
 *
 * @module
 */
import type { People, Rights } from "../../../config/people.ts";
import { bearerIn, type Callers, type Claim, digest, type Refusal, unnamed } from "../caller.ts";
import { type CallerParts, KnownCallers } from "../own_rights.ts";
import type { AccessTokens } from "./access_token.ts";
import type { PeopleFile } from "./people_file.ts";

/** What tells people apart. */
export interface OidcParts extends CallerParts {
  readonly tokens: AccessTokens;
  readonly people: PeopleFile;
  /** Of several, the one that they call. */
  readonly cluster?: string | undefined;
}

const NOBODY_KNOWN: Refusal = { status: 503, reason: "the file of people cannot be used" };

function notMapped(reason: string): Refusal {
  return { status: 403, error: "insufficient_scope", reason };
}

/** Somebody, and what they may do, as the file says. */
interface Mapped {
  readonly name: string;
  readonly rights: Rights;
  /** Of two with one name, the provider's own names differ; with other rights it is another caller. */
  readonly key: string;
}

/** Tells callers apart by who the provider says they are. */
export class OidcCallers implements Callers {
  readonly known: KnownCallers;
  readonly #tokens: AccessTokens;
  readonly #people: PeopleFile;
  readonly #cluster: string | undefined;

  constructor({ tokens, people, cluster, ...parts }: OidcParts) {
    this.known = new KnownCallers(parts);
    this.#tokens = tokens;
    this.#people = people;
    this.#cluster = cluster;
  }

  async claimOf(authorization: string | null): Promise<Claim | Refusal> {
    const token = bearerIn(authorization);
    if (token === "") return unnamed("an access token of the identity provider as Bearer");
    const read = await this.#tokens.claimsOf(token);
    if ("reason" in read) return read;
    const mapped = this.#mapped(read.claims);
    if ("reason" in mapped) return mapped;
    const { name, rights, key } = mapped;
    return this.known.claimOf(key, {
      name,
      rights,
      origin: "mapped",
      changed: () => this.#changed(read.claims, key),
    });
  }

  #mapped(claims: Parameters<People["named"]>[0]): Mapped | Refusal {
    const people = this.#people.current();
    if (!people) return NOBODY_KNOWN;
    const person = people.named(claims);
    if (!person) return notMapped("the access token has no claim that names a person");
    const { name } = person;
    const rights = people.rightsOf(person, this.#cluster);
    if (!rights) {
      const where = this.#cluster === undefined ? "" : ` in ${this.#cluster}`;
      return notMapped(`${JSON.stringify(name)} is mapped to no token${where}`);
    }
    const key = digest(JSON.stringify([claims.sub, name, rights])).toHex();
    return { name, rights, key };
  }

  /** Why somebody is not who they were at first, by what the file says now. */
  #changed(claims: Parameters<People["named"]>[0], key: string): Refusal | undefined {
    const mapped = this.#mapped(claims);
    if ("reason" in mapped) return mapped;
    if (mapped.key === key) return undefined;
    return notMapped(`${JSON.stringify(mapped.name)} is mapped to something else now`);
  }
}
