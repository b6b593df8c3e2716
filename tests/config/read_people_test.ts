/** The file that maps people of an identity provider to tokens of Proxmox VE. */
import { redact } from "../../src/base/process/log.ts";
import { oidcProblems } from "../../src/config/oidc_checks.ts";
import { type PeopleSource, readPeople } from "../../src/config/read_people.ts";
import { assert, assertEquals } from "../assert.ts";
import { environment } from "../environment.ts";

const PATH = "/etc/proxmox-mcp/people.json";
const SECRET = "11111111-2222-4333-8444-555555555555";
const OTHER_SECRET = "66666666-7777-4888-8999-aaaaaaaaaaaa";
const TOKEN = { id: "alice@pve!mcp", secret: SECRET };

function source(
  content: unknown,
  more: Readonly<Record<string, string>> = {},
  modes: Readonly<Record<string, number>> = {},
): PeopleSource {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return {
    ...environment({ PROXMOX_BOBS_SECRET: OTHER_SECRET }, { [PATH]: text, ...more }),
    modeOf: (path) => modes[path] ?? 0o100600,
  };
}

function problemsOf(...args: Parameters<typeof source>): readonly string[] {
  return readPeople(PATH, source(...args)).problems;
}

Deno.test("a person's own entry comes before their groups, and the first group before others", () => {
  const token = (name: string) => ({ id: `${name}@pve!mcp`, secret: SECRET });
  const { people, problems } = readPeople(
    PATH,
    source({
      people: [
        { person: "alice", token: token("alice") },
        { person: "mallory", token: null },
      ],
      groups: [
        { group: "ops", token: token("ops"), grants: ["ssh", "login", "ssh"] },
        { group: "all", token: token("all"), read_only: true, elevated: false },
      ],
    }),
  );
  assertEquals(problems, []);
  const rightsOf = (name: string, groups: readonly string[]): string | undefined =>
    people?.rightsOf({ name, groups })?.token.id;
  assertEquals(rightsOf("alice", ["all", "ops"]), "alice@pve!mcp");
  assertEquals(rightsOf("bob", ["all", "ops"]), "ops@pve!mcp");
  assertEquals(rightsOf("bob", ["all"]), "all@pve!mcp");
  assertEquals(rightsOf("mallory", ["all", "ops"]), undefined, "null lets in nowhere");
  assertEquals(rightsOf("Alice", []), undefined);
  assertEquals(rightsOf("bob", ["/ops"]), undefined);
  assertEquals(people?.rightsOf({ name: "bob", groups: ["ops"] }), {
    token: token("ops"),
    grants: ["login", "ssh"],
    readOnly: false,
    elevated: true,
  });
  assertEquals(people?.entries().map(([name]) => name), ['"alice"', 'group "ops"', 'group "all"']);
});

Deno.test("claims name a person as the file says, an address only when it is checked", () => {
  const named = (keys: object, claims: Record<string, unknown>): unknown =>
    readPeople(PATH, source({ people: [{ person: "a", token: TOKEN }], ...keys }))
      .people?.named(claims);
  const claims = { sub: "1", preferred_username: "alice", email: "a@example.com", groups: ["ops"] };
  assertEquals(named({}, claims), { name: "1", groups: ["ops"] });
  assertEquals(named({ person_claim: "preferred_username" }, claims), {
    name: "alice",
    groups: ["ops"],
  });
  const byEmail = { person_claim: "email" };
  for (const email_verified of [undefined, false, "true", 1]) {
    assertEquals(named(byEmail, { ...claims, email_verified }), undefined);
  }
  assertEquals(named(byEmail, { ...claims, email_verified: true }), {
    name: "a@example.com",
    groups: ["ops"],
  });
  const nested = { groups_claim: ["realm_access", "roles"] };
  assertEquals(named(nested, { ...claims, realm_access: { roles: ["x", 1, null] } }), {
    name: "1",
    groups: ["x"],
  });
  assertEquals(named(nested, { ...claims, realm_access: null }), { name: "1", groups: [] });
  assertEquals(named({ groups_claim: "role" }, { sub: "1", role: "ops" }), {
    name: "1",
    groups: ["ops"],
  });
  for (const sub of [undefined, "", 1, ["1"], { a: 1 }, "x".repeat(300)]) {
    assertEquals(named({}, { sub }), undefined);
  }
  assertEquals(named({ person_claim: "constructor" }, {}), undefined);
});

Deno.test("secrets stand in the file, in one beside it, or in the environment", () => {
  const { people, problems } = readPeople(
    PATH,
    source({
      people: [
        { person: "alice", token: { id: "alice@pve!mcp", secret_file: "alice" } },
        { person: "bob", token: { id: "bob@pve!mcp", secret_env: "PROXMOX_BOBS_SECRET" } },
        { person: "carol", token: { id: "carol@pve!mcp", secret_file: "/run/carol" } },
      ],
    }, { "/etc/proxmox-mcp/alice": `${SECRET}\n`, "/run/carol": OTHER_SECRET }),
  );
  assertEquals(problems, []);
  assertEquals(people?.entries().map(([, { token }]) => token.secret), [
    SECRET,
    OTHER_SECRET,
    OTHER_SECRET,
  ]);
});

Deno.test("all that is wrong with the file is told at once, and no secret in it", () => {
  const problems = problemsOf({
    people: [
      { person: "alice", token: TOKEN },
      { person: "alice", token: { ...TOKEN, secret: OTHER_SECRET } },
      { person: "bob", token: { id: "bob@pve", secret: SECRET } },
      { person: "carol", token: { id: "carol@pve!mcp" } },
      { person: "dave", token: { ...TOKEN, secret_env: "PROXMOX_X" } },
      { person: "erin", token: { id: "erin@pve!mcp", secret_env: "PROXMOX_X" } },
      { person: "frank", token: { id: "frank@pve!mcp", secret_file: "frank" } },
      { person: "grace", token: { id: "grace@pve!mcp", secret: `x${SECRET}` } },
    ],
    groups: [{ group: "ops", token: null }, { group: "ops", token: null }],
  });
  assertEquals(problems, [
    'the person "alice" is there more than once: which one holds?',
    'the group "ops" is there more than once: which one holds?',
    'people[1].token: another entry has another secret for "alice@pve!mcp"',
    "people[2].token.id: expected user@realm!name",
    "people[3].token: expected one of secret, secret_file, secret_env, got none",
    "people[4].token: expected one of secret, secret_file, secret_env, got secret and secret_env",
    'people[5].token.secret_env: "PROXMOX_X" is not set',
    "people[6].token.secret_file: No such file: /etc/proxmox-mcp/frank",
    "people[7].token.secret: expected a UUID, as the secrets of tokens are",
  ]);
});

Deno.test("a file of another form says where it differs, and lets nobody in", () => {
  const cases: [unknown, readonly string[]][] = [
    [`{"people": [${SECRET}`, ["expected JSON, in line 1: what stands there is none"]],
    [[], ["the whole: Invalid input: expected object, received array"]],
    [{}, ["it names nobody: people and groups are empty"]],
    [{ people: [{ person: "a", token: TOKEN, grants: ["root"] }], clusters: 1 }, [
      'people[0].grants[0]: Invalid option: expected one of "login"|"ssh"|"snippets"|"files"',
      'the whole: Unrecognized key: "clusters"',
    ]],
    [{ people: [{ person: "", token: { ...TOKEN, secret_env: "HOME" } }] }, [
      "people[0].person: Too small: expected string to have >=1 characters",
      "people[0].token.secret_env: Invalid string: must match pattern /^PROXMOX_\\w+$/",
    ]],
  ];
  for (const [content, problems] of cases) {
    const read = readPeople(PATH, source(content));
    assertEquals(read.problems, problems);
    assertEquals(read.people, undefined);
  }
});

const CLUSTERS = ["home", "lab"];

Deno.test("with several clusters an entry maps to a token of each that it names", () => {
  const lab = { ...TOKEN, secret: OTHER_SECRET };
  const { people, problems } = readPeople(
    PATH,
    source({
      people: [
        { person: "alice", tokens: { home: TOKEN, lab }, grants: ["ssh"] },
        { person: "bob", tokens: { home: TOKEN } },
        { person: "mallory", tokens: { home: null, lab: null } },
      ],
      groups: [
        { group: "guests", tokens: { lab: null } },
        { group: "ops", tokens: { home: TOKEN }, read_only: true },
        { group: "all", tokens: { lab } },
      ],
    }),
    CLUSTERS,
  );
  assertEquals(problems, []);
  const secretsOf = (name: string, groups: readonly string[] = []): unknown[] =>
    CLUSTERS.map((cluster) => people?.rightsOf({ name, groups }, cluster)?.token.secret);
  assertEquals(secretsOf("alice"), [SECRET, OTHER_SECRET], "one id, and a token of each cluster");
  assertEquals(secretsOf("bob", ["all"]), [SECRET, undefined], "an own entry is before groups");
  assertEquals(secretsOf("mallory", ["ops", "all"]), [undefined, undefined]);
  assertEquals(secretsOf("eve", ["all", "ops"]), [SECRET, OTHER_SECRET], "of each the first");
  assertEquals(secretsOf("eve", ["all", "ops", "guests"]), [SECRET, undefined], "null shuts out");
  assertEquals(secretsOf("eve"), [undefined, undefined]);
  assertEquals(people?.rightsOf({ name: "alice", groups: [] }), undefined, "no cluster is named");
  for (const cluster of ["away", "constructor", "__proto__"]) {
    assertEquals(people?.rightsOf({ name: "alice", groups: ["ops"] }, cluster), undefined);
  }
  const named = CLUSTERS.map((cluster) => people?.entries(cluster).map(([name]) => name));
  assertEquals(named, [['"alice"', '"bob"', 'group "ops"'], ['"alice"', 'group "all"']]);
});

Deno.test("tokens that are not for as many clusters as there are are told with all other problems", () => {
  const content = {
    people: [
      { person: "alice", token: TOKEN },
      { person: "bob", tokens: { home: TOKEN, away: TOKEN } },
      { person: "carol", token: TOKEN, tokens: { home: TOKEN } },
      { person: "dave" },
      { person: "erin", tokens: { lab: { id: "erin@pve", secret: SECRET } } },
      { person: "frank", tokens: { home: { ...TOKEN, secret: OTHER_SECRET } } },
    ],
    groups: [{ group: "ops", token: null }],
  };
  assertEquals(readPeople(PATH, source(content), CLUSTERS).problems, [
    "people[0].token: the server has several clusters: expected tokens",
    "people[1].tokens.away: expected one of the clusters home, lab",
    "people[2].token: the server has several clusters: expected tokens",
    "people[3].tokens: is missing",
    "people[4].tokens.lab.id: expected user@realm!name",
    'people[5].tokens.home: another entry has another secret for "alice@pve!mcp"',
    "groups[0].token: the server has several clusters: expected tokens",
  ]);
  assertEquals(problemsOf(content), [
    "people[1].tokens: the server has one cluster: expected token",
    "people[2].tokens: the server has one cluster: expected token",
    "people[3].token: is missing",
    "people[4].tokens: the server has one cluster: expected token",
    "people[5].tokens: the server has one cluster: expected token",
  ]);
  const settings = { httpAuth: "oidc", httpPeopleFile: PATH } as const;
  const problems = oidcProblems(settings, source(content), CLUSTERS);
  assert(problems.some((each) => each.includes("FILE: people[1].tokens.away: ")), problems.join());
});

Deno.test("a secret of any cluster in the file keeps it from others' eyes", () => {
  const inline = { people: [{ person: "a", tokens: { home: null, lab: TOKEN } }] };
  const read = (mode: number): readonly string[] =>
    readPeople(PATH, source(inline, {}, { [PATH]: mode }), CLUSTERS).problems;
  assertEquals([read(0o100644).length, read(0o100600).length], [1, 0]);
});

Deno.test("files that others can write, and secrets that they can read, are refused", () => {
  const byFile = { people: [{ person: "a", token: { id: "a@pve!mcp", secret_file: "a" } }] };
  const secretPath = "/etc/proxmox-mcp/a";
  const modes = (file: number, secret: number): readonly string[] =>
    problemsOf(byFile, { [secretPath]: SECRET }, { [PATH]: file, [secretPath]: secret });
  assertEquals(modes(0o100644, 0o100640), []);
  assertEquals(modes(0o100664, 0o100644), [
    `"${PATH}" can be written by others: its mode is 0664; run chmod 600 '${PATH}'`,
    `"${secretPath}" can be used by others: its mode is 0644; run chmod 600 '${secretPath}'`,
  ]);
  const inline = { people: [{ person: "a", token: TOKEN }] };
  assertEquals(problemsOf(inline, {}, { [PATH]: 0o100644 }).length, 1);
  assertEquals(problemsOf(inline, {}, { [PATH]: 0o100600 }), []);
});

Deno.test("what an identity provider needs is asked for where it is chosen, all at once", () => {
  assertEquals(oidcProblems({ httpAuth: "pve", httpPeopleFile: undefined }, source({})), []);
  const problems = oidcProblems({ httpAuth: "oidc", httpPeopleFile: undefined }, source({}));
  assertEquals(problems.map((problem) => problem.split(":")[0]), [
    "PROXMOX_HTTP_OIDC_ISSUER",
    "PROXMOX_HTTP_OIDC_AUDIENCE",
    "PROXMOX_HTTP_PEOPLE_FILE",
  ]);
  const [, , wrong] = oidcProblems({ httpAuth: "oidc", httpPeopleFile: PATH }, source("{"));
  assert(wrong?.startsWith("PROXMOX_HTTP_PEOPLE_FILE: "), wrong);
});

Deno.test("a secret is none any longer when the file that named it no longer counts", () => {
  const path = "/etc/proxmox-mcp/a";
  const inFile = "77777777-8888-4999-8aaa-bbbbbbbbbbbb";
  const named = { people: [{ person: "a", token: { id: "a@pve!mcp", secret_file: "a" } }] };
  const read = readPeople(PATH, source(named, { [path]: inFile }));
  assertEquals(read.problems, []);
  assertEquals(redact(inFile), "[redacted]");
  read.forget();
  assertEquals(redact(inFile), inFile);
});
