/** People of an identity provider, where the server has several clusters: a header names theirs. */
import { OidcCallers } from "../../../../src/mcp/http/oidc/oidc_callers.ts";
import type { Simulator } from "../../../../src/simulator/simulator.ts";
import { assertEquals, assertStringIncludes } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { beginWith, LIST, loggedBy, statusOf } from "../people.ts";
import { INITIALIZE, post, rpc, type ServedBy, servePeopleOf } from "../served.ts";
import { IdentityProvider } from "./identity_provider.ts";
import {
  accessTokensOf,
  authorizationOf,
  by,
  type EntryRights,
  type PeopleContent,
  writtenPeople,
} from "./served.ts";

const PING = rpc(1, "ping");

type Token = NonNullable<EntryRights["token"]>;

/** Two clusters, and one file of who is mapped to which tokens of them. */
interface ServedClusters extends AsyncDisposable {
  readonly url: URL;
  readonly sessions: ServedBy<never>["sessions"];
  readonly home: Simulator;
  readonly lab: Simulator;
  readonly provider: IdentityProvider;
  /** A token of each. */
  readonly tokens: { readonly home: Token; readonly lab: Token };
  setPeople(content: PeopleContent): Promise<void>;
  /** Headers of somebody who calls a cluster. */
  as(person: string, cluster: string, groups?: readonly string[]): Promise<Record<string, string>>;
}

async function serve(): Promise<ServedClusters> {
  const clock = new VirtualClock();
  const provider = await IdentityProvider.start(clock);
  const written = await writtenPeople(clock, ["home", "lab"]);
  const tokens = accessTokensOf(provider, clock);
  const people = written.open();
  const served = servePeopleOf(
    { home: {}, lab: { simulator: { site: "lab" } } },
    (parts, cluster) => new OidcCallers({ ...parts, tokens, people, cluster }),
  );
  const { home, lab } = served.embedded;
  if (!home || !lab) throw new TypeError("Cannot serve without both clusters");
  return {
    url: served.url,
    sessions: served.sessions,
    home: home.simulator,
    lab: lab.simulator,
    provider,
    tokens: {
      home: by(home.simulator.tokens.full).token!,
      lab: by(lab.simulator.tokens.limited).token!,
    },
    setPeople: (content) => written.set({ person_claim: "preferred_username", ...content }),
    as: async (person, cluster, groups = []) => ({
      ...await authorizationOf(provider, person, { claims: { groups } }),
      "X-Proxmox-Cluster": cluster,
    }),
    [Symbol.asyncDispose]: async () => {
      await served[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
      await written[Symbol.asyncDispose]();
    },
  };
}

/** The tokens that a cluster has seen. */
function seenBy({ requests }: Simulator): string[] {
  return [...new Set(requests.map(({ headers }) => String(headers.authorization)))];
}

Deno.test("each acts in each cluster by the token of it that they are mapped to", async () => {
  await using served = await serve();
  const { url, home, lab, tokens } = served;
  await served.setPeople({ people: [{ person: "alice", tokens }] });
  for (const cluster of ["home", " LAB "]) {
    const who = await served.as("alice", cluster);
    const session = await beginWith(url, who);
    assertStringIncludes(await (await post(url, LIST, { ...who, ...session })).text(), "Guests");
  }
  for (const [simulator, { id, secret }] of [[home, tokens.home], [lab, tokens.lab]] as const) {
    assertEquals(seenBy(simulator), [`PVEAPIToken=${id}=${secret}`]);
  }
});

Deno.test("who is mapped in one cluster gets into no other, which hears nothing of them", async () => {
  await using served = await serve();
  const { url, lab, tokens: { home } } = served;
  await served.setPeople({
    people: [
      { person: "alice", tokens: { home } },
      { person: "bob", tokens: { home, lab: null } },
    ],
  });
  const logged = await loggedBy(async () => {
    for (const person of ["alice", "bob"]) {
      const refused = await post(url, INITIALIZE, await served.as(person, "lab"));
      assertEquals([refused.status, await refused.text()], [403, ""]);
    }
  });
  assertStringIncludes(logged, String.raw`\"alice\" is mapped to no token in lab`);
  const session = await beginWith(url, await served.as("alice", "home"));
  const elsewhere = { ...session, ...await served.as("alice", "lab") };
  assertEquals(await statusOf(post(url, PING, elsewhere)), 403);
  assertEquals(lab.requests, []);
});

Deno.test("a session is of one cluster, though its person is let in to another", async () => {
  await using served = await serve();
  const { url, home, tokens } = served;
  await served.setPeople({ people: [{ person: "alice", tokens }] });
  const session = await beginWith(url, await served.as("alice", "lab"));
  const inLab = { ...session, ...await served.as("alice", "lab") };
  assertEquals(await statusOf(post(url, PING, inLab)), 200);
  const inHome = { ...session, ...await served.as("alice", "home") };
  assertEquals(await statusOf(post(url, PING, inHome)), 404);
  assertEquals(home.requests, []);
});

Deno.test("no cluster, or one that is none, is asked for before an access token is", async () => {
  await using served = await serve();
  await served.setPeople({ people: [{ person: "alice", tokens: served.tokens }] });
  for (const cluster of ["", "away", "home, lab", "__proto__"]) {
    const refused = await post(served.url, INITIALIZE, await served.as("alice", cluster));
    assertEquals(refused.status, 400);
    assertStringIncludes(await refused.text(), "X-Proxmox-Cluster must name one cluster");
  }
  const nobody = { Authorization: "", "X-Proxmox-Cluster": "lab" };
  assertEquals(await statusOf(post(served.url, INITIALIZE, nobody)), 401);
  assertEquals([served.home.requests, served.lab.requests], [[], []]);
});

Deno.test("who is taken out of one cluster is out of it, and stays in the other", async () => {
  await using served = await serve();
  const { url, tokens } = served;
  const groups = (lab: EntryRights["token"]): PeopleContent => ({
    groups: [
      { group: "lab", tokens: { lab: lab ?? null } },
      { group: "staff", tokens },
    ],
  });
  await served.setPeople(groups(tokens.lab));
  const sessions = [];
  for (const cluster of ["home", "lab"]) {
    const who = await served.as("carol", cluster, ["staff", "lab"]);
    sessions.push({ ...who, ...await beginWith(url, who) });
  }
  await served.setPeople(groups(null));
  await served.sessions.closeRefused();
  assertEquals(served.sessions.size, 1);
  const statuses = [];
  for (const session of sessions) statuses.push(await statusOf(post(url, PING, session)));
  assertEquals(statuses, [200, 403]);
});

Deno.test("the provider is asked for its keys once for all clusters", async () => {
  await using served = await serve();
  await served.setPeople({ people: [{ person: "alice", tokens: served.tokens }] });
  for (const cluster of ["home", "lab", "home"]) {
    await beginWith(served.url, await served.as("alice", cluster));
  }
  assertEquals(served.provider.asked, [
    "/realms/home/.well-known/openid-configuration",
    "/realms/home/keys",
  ]);
});
