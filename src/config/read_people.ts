/**
 * Reads the file that maps people of an identity provider to tokens of Proxmox VE. All that is wrong
 * with it is told at once, and no secret in that.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { registerSecret } from "../base/process/log.ts";
import { errorMessage } from "../base/text/error_message.ts";
import type { Token } from "../pve/credentials.ts";
import { isTokenId, isUuid } from "../pve/identity_forms.ts";
import { mistakeIn } from "./mistakes.ts";
import { jsonProblem } from "./json_problem.ts";
import { type Entry, ONLY, People, type Rights } from "./people.ts";
import { type PeopleFileContent, peopleSchema } from "./people_schema.ts";
import { readText, secretIn } from "./secrets.ts";
import type { FileReader } from "./source.ts";

// Not a static import: in a bundle that would load Node's part at every start.
const { dirname, isAbsolute, join } = await import("node:path");

/** Modes that a file may not have: others, and its group, write it; or read it as well. */
const WRITTEN_BY_OTHERS = 0o022;
/** The group may read: containers and services get their secrets by it. */
const USED_BY_OTHERS = 0o027;

/** Where the file and its secrets are read from. */
export interface PeopleSource extends FileReader {
  get(name: string): string | undefined;
}

type EntryToken = NonNullable<Entry["token"]>;

/** Reads one file, and gathers what is wrong with it. */
class Reading {
  readonly problems: string[] = [];
  readonly #forget: (() => void)[] = [];
  readonly #secrets = new Map<string, string>();

  constructor(
    private readonly path: string,
    private readonly source: PeopleSource,
    private readonly clusters: readonly string[],
  ) {}

  /** To be called when what was read no longer counts: its secrets are none any longer. */
  forget(): void {
    for (const forget of this.#forget.splice(0)) forget();
  }

  read(): People | undefined {
    const content = this.#content();
    if (!content) return undefined;
    this.#checkModes(
      this.path,
      this.#hasInlineSecret(content) ? USED_BY_OTHERS : WRITTEN_BY_OTHERS,
    );
    this.#findTwice(content.people.map(({ person }) => person), "person");
    this.#findTwice(content.groups.map(({ group }) => group), "group");
    if (content.people.length + content.groups.length === 0) {
      this.problems.push("it names nobody: people and groups are empty");
    }
    const rights = new Map<Entry, ReadonlyMap<string, Rights>>();
    for (const list of ["people", "groups"] as const) {
      content[list].forEach((entry, index) => {
        rights.set(entry, this.#rights(entry, `${list}[${index}]`));
      });
    }
    return new People(content, rights);
  }

  /** What an entry allows, by the clusters that it lets somebody in to. */
  #rights(entry: Entry, where: string): ReadonlyMap<string, Rights> {
    const { read_only: readOnly, elevated } = entry;
    const grants = [...new Set(entry.grants)].sort();
    const rights = new Map<string, Rights>();
    for (const [cluster, given, place] of this.#given(entry, where)) {
      const token = given && this.#token(given, place, cluster);
      if (token) rights.set(cluster, { token, grants, readOnly, elevated });
    }
    return rights;
  }

  /** What an entry has for each cluster, and where that stands. */
  #given(
    entry: Entry,
    where: string,
  ): (readonly [cluster: string, token: EntryToken | null, place: string])[] {
    const [wanted, other, clusters] = this.clusters.length === 0
      ? ["token", "tokens", "one cluster"] as const
      : ["tokens", "token", "several clusters"] as const;
    if (entry[other] !== undefined) {
      this.problems.push(`${where}.${other}: the server has ${clusters}: expected ${wanted}`);
      return [];
    }
    if (entry[wanted] === undefined) this.problems.push(`${where}.${wanted}: is missing`);
    const { token, tokens } = entry;
    if (token !== undefined) return [[ONLY, token, `${where}.token`]];
    return Object.entries(tokens ?? {}).flatMap(([cluster, each]) => {
      const place = `${where}.tokens.${cluster}`;
      if (this.clusters.includes(cluster)) return [[cluster, each, place] as const];
      this.problems.push(`${place}: expected one of the clusters ${this.clusters.join(", ")}`);
      return [];
    });
  }

  #content(): PeopleFileContent | undefined {
    let value: unknown;
    let text = "";
    try {
      text = readText(this.source, this.path);
      value = JSON.parse(text);
    } catch (error) {
      this.problems.push(
        error instanceof SyntaxError
          ? jsonProblem(error, text)
          : `cannot be read: ${errorMessage(error)}`,
      );
      return undefined;
    }
    const { success, data, error } = peopleSchema.safeParse(value);
    if (success) return data;
    for (const { path, message } of error.issues) {
      const where = path.reduce<string>(
        (text, key) =>
          typeof key === "number" ? `${text}[${key}]` : `${text}${text && "."}${String(key)}`,
        "",
      );
      this.problems.push(`${where || "the whole"}: ${message}`);
    }
    return undefined;
  }

  #hasInlineSecret({ people, groups }: PeopleFileContent): boolean {
    return [...people, ...groups].flatMap(({ token, tokens = {} }) => [
      token,
      ...Object.values(tokens),
    ]).some((token) => token?.secret !== undefined);
  }

  /** Who can write it decides who gets in. */
  #checkModes(path: string, shut: number): void {
    const mode = this.source.modeOf?.(path);
    if (mode === undefined || (mode & shut) === 0) return;
    const shown = (mode & 0o7777).toString(8).padStart(4, "0");
    const what = shut === WRITTEN_BY_OTHERS ? "written" : "used";
    this.problems.push(
      `"${path}" can be ${what} by others: its mode is ${shown}; run chmod 600 '${path}'`,
    );
  }

  #findTwice(names: readonly string[], kind: string): void {
    const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    for (const name of twice) {
      this.problems.push(`the ${kind} "${name}" is there more than once: which one holds?`);
    }
  }

  #token(token: EntryToken, where: string, cluster: string): Token | undefined {
    if (!isTokenId(token.id)) {
      this.problems.push(`${where}.id: expected user@realm!name`);
      return undefined;
    }
    const secret = this.#secret(token, where);
    if (secret === undefined) return undefined;
    // Clusters may well have tokens of one name.
    const key = `${cluster}/${token.id}`;
    const known = this.#secrets.get(key);
    if (known !== undefined && known !== secret) {
      this.problems.push(`${where}: another entry has another secret for "${token.id}"`);
      return undefined;
    }
    this.#secrets.set(key, secret);
    return { id: token.id, secret };
  }

  #secret(
    { secret, secret_file: file, secret_env: variable }: EntryToken,
    where: string,
  ): string | undefined {
    const ways = Object.keys(defined({ secret, secret_file: file, secret_env: variable }));
    if (ways.length !== 1) {
      const given = ways.length === 0 ? "none" : ways.join(" and ");
      this.problems.push(`${where}: expected one of secret, secret_file, secret_env, got ${given}`);
      return undefined;
    }
    try {
      const found = file === undefined
        ? secret ?? this.#fromEnvironment(variable ?? "")
        : this.#fromFile(file);
      this.#forget.push(registerSecret(found));
      if (isUuid(found)) return found;
      const mistake = mistakeIn(found, true) ?? "expected a UUID, as the secrets of tokens are";
      throw new TypeError(mistake);
    } catch (error) {
      this.problems.push(`${where}.${ways[0]}: ${errorMessage(error)}`);
      return undefined;
    }
  }

  #fromFile(file: string): string {
    const path = isAbsolute(file) ? file : join(dirname(this.path), file);
    this.#checkModes(path, USED_BY_OTHERS);
    return secretIn(this.source, path);
  }

  #fromEnvironment(name: string): string {
    const found = this.source.get(name)?.trim();
    if (found) return found;
    throw new TypeError(`"${name}" is not set`);
  }
}

/** What was read of a file. */
export interface ReadPeople {
  readonly people: People | undefined;
  readonly problems: readonly string[];
  /** To be called when it no longer counts: until then its secrets are kept out of logs. */
  forget(): void;
}

/**
 * Who is mapped to what by a file, and what is wrong with it; nobody is while anything is.
 *
 * @param clusters The names of the server's clusters, where it has several.
 */
export function readPeople(
  path: string,
  source: PeopleSource,
  clusters: readonly string[] = [],
): ReadPeople {
  const reading = new Reading(path, source, clusters);
  const people = reading.read();
  const { problems } = reading;
  return {
    people: problems.length === 0 ? people : undefined,
    problems,
    forget: () => reading.forget(),
  };
}
