/**
 * The HTTP server for people of an identity provider, over an embedded Proxmox VE.
 *
 * @module
 */
import { join } from "node:path";
import { processEnvironment } from "../../../../src/config/config.ts";
import type { peopleSchema } from "../../../../src/config/people_schema.ts";
import { AccessTokens } from "../../../../src/mcp/http/oidc/access_token.ts";
import { OidcCallers } from "../../../../src/mcp/http/oidc/oidc_callers.ts";
import { LOOK_MS, PeopleFile } from "../../../../src/mcp/http/oidc/people_file.ts";
import { ProtectedResource } from "../../../../src/mcp/http/protected_resource.ts";
import type { Client } from "../../../../src/mcp/sdk_client.ts";
import type { SimulatorToken } from "../../../../src/simulator/simulator.ts";
import type { Services } from "../../../../src/tool/services.ts";
import type { Clock } from "../../../../src/base/async/clock.ts";
import { embed, type Embedded, type HarnessOptions } from "../../../harness.ts";
import type { VirtualClock } from "../../../virtual_clock.ts";
import { addOther, beginWith, OTHER } from "../people.ts";
import { type Reached, serveWay, type Way } from "../replicas.ts";
import { peoplesServices, serveBy, type ServedBy } from "../served.ts";
import type { z } from "zod";
import { AUDIENCE, IdentityProvider, type TokenOptions } from "./identity_provider.ts";

/** What stands in the file of people. */
export type PeopleContent = z.input<typeof peopleSchema>;
/** What an entry says beside whose it is. */
export type EntryRights = Omit<NonNullable<PeopleContent["people"]>[number], "person">;

/** A header that says who somebody is. */
export interface Authorization extends Record<string, string> {
  readonly Authorization: string;
}

/** Headers of a session, and of whose it is. */
export interface OwnSession extends Authorization {
  readonly "Mcp-Session-Id": string;
}

/** A server whose callers an identity provider names: alice may do everything, bob may look. */
export interface ServedByProvider extends ServedBy<OidcCallers> {
  readonly provider: IdentityProvider;
  /** The services of each who was let in, in that order. */
  readonly people: readonly Services[];
  /** Writes the file of people anew, and lets the time pass until that is seen. */
  setPeople(content: PeopleContent | string): Promise<void>;
  /** The header of somebody, with a token of their own. */
  as(person: string, options?: TokenOptions): Promise<Authorization>;
  /** A session of somebody, begun by hand: headers of it and of them. */
  begin(person: string, options?: TokenOptions): Promise<OwnSession>;
  /** A client of somebody. */
  connectAs(person: string, options?: TokenOptions): Promise<Client>;
}

/** An entry's rights by a token of the embedded Proxmox VE. */
export function by(
  { id, secret }: SimulatorToken,
  more: Partial<EntryRights> = {},
): EntryRights {
  return { token: { id, secret }, ...more };
}

/** Checks tokens of a provider for this server. */
export function accessTokensOf({ issuer }: IdentityProvider, clock: Clock): AccessTokens {
  return new AccessTokens({ provider: { issuer }, audience: ["other", AUDIENCE], clock });
}

/** The header of somebody. */
export async function authorizationOf(
  provider: IdentityProvider,
  person: string,
  token?: TokenOptions,
): Promise<Authorization> {
  return { Authorization: `Bearer ${await provider.tokenOf(person, token)}` };
}

/** A file of people, which servers look at. */
export interface WrittenPeople extends AsyncDisposable {
  /** A look at it of one's own. */
  open(): PeopleFile;
  /** Writes it anew, and lets the time pass until that is seen. */
  set(content: PeopleContent | string): Promise<void>;
}

/** @param clusters The names of the server's clusters, where it has several. */
export async function writtenPeople(
  clock: VirtualClock,
  clusters: readonly string[] = [],
): Promise<WrittenPeople> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "people.json");
  const opened: PeopleFile[] = [];
  return {
    open: () => {
      const file = new PeopleFile(path, processEnvironment, clock, clusters);
      opened.push(file);
      return file;
    },
    set: async (content) => {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.writeTextFile(path, text, { mode: 0o600 });
      clock.advance(LOOK_MS);
    },
    [Symbol.asyncDispose]: async () => {
      opened.forEach((file) => file.close());
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Options of the harness, and the rights of alice. */
interface ServeOptions extends HarnessOptions {
  readonly alice?: Partial<EntryRights>;
}

/** Whom servers know: alice may do everything, bob may look, who is in the group guests nothing. */
interface Known extends AsyncDisposable {
  readonly provider: IdentityProvider;
  readonly written: WrittenPeople;
}

async function knownTo(
  { simulator, clock }: Embedded,
  alice?: Partial<EntryRights>,
): Promise<Known> {
  addOther(simulator);
  const written = await writtenPeople(clock);
  const { full, limited } = simulator.tokens;
  await written.set({
    person_claim: "preferred_username",
    people: [
      { person: "alice", ...by(full, alice) },
      { person: "bob", ...by(limited) },
    ],
    groups: [{ group: "guests", ...by(OTHER) }],
  });
  const provider = await IdentityProvider.start(clock);
  return {
    provider,
    written,
    [Symbol.asyncDispose]: async () => {
      await provider[Symbol.asyncDispose]();
      await written[Symbol.asyncDispose]();
    },
  };
}

/** A server that knows them. */
function serveKnown(
  embedded: Embedded,
  { provider, written }: Known,
  options: HarnessOptions,
): ServedBy<OidcCallers> & Pick<ServedByProvider, "people"> {
  const { people, parts } = peoplesServices(embedded, options);
  const tokens = accessTokensOf(provider, embedded.clock);
  const callers = new OidcCallers({ ...parts, tokens, people: written.open() });
  const { issuer } = provider;
  const resource = new ProtectedResource({ path: "/mcp", issuer, scopes: ["openid", "profile"] });
  return { ...serveBy(embedded, callers, resource), people };
}

/** Serves on 127.0.0.1. */
export async function serve({ alice, ...options }: ServeOptions = {}): Promise<ServedByProvider> {
  const embedded = embed(options);
  const known = await knownTo(embedded, alice);
  const { provider, written } = known;
  const served = serveKnown(embedded, known, options);
  const as = (person: string, token?: TokenOptions): Promise<Authorization> =>
    authorizationOf(provider, person, token);
  return {
    ...served,
    provider,
    as,
    begin: async (person, token) => {
      const who = await as(person, token);
      return { ...who, ...await beginWith(served.url, who) };
    },
    connectAs: async (person, token) =>
      await served.connect({ authorization: (await as(person, token)).Authorization }),
    setPeople: written.set,
    [Symbol.asyncDispose]: async () => {
      await served[Symbol.asyncDispose]();
      await known[Symbol.asyncDispose]();
    },
  };
}

/** The same people, by one server or by replicas that each look at the file and the keys themselves. */
export async function serveWayKnown(way: Way, options: HarnessOptions = {}): Promise<
  & Reached<ReturnType<typeof serveKnown>>
  & Pick<ServedByProvider, "as" | "setPeople">
> {
  await using all = new AsyncDisposableStack();
  let first: Promise<Known> | undefined;
  const reached = await serveWay(
    way,
    options,
    async (embedded) => serveKnown(embedded, await (first ??= knownTo(embedded)), options),
  );
  if (!first) throw new TypeError("Nobody is served");
  const { provider, written } = all.use(await first);
  all.use(reached);
  const kept = all.move();
  return {
    ...reached,
    as: (person, token) => authorizationOf(provider, person, token),
    setPeople: written.set,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
