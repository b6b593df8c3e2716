/**
 * What the release workflow signs is what documents check, by the same names and as whom, and a
 * release goes as docs/releasing.md says. Neither can be tried here: it takes GitHub's accounts.
 */
import { IMAGE, REPOSITORY, ROOT, VERSION } from "../../scripts/project.ts";
import { assert, assertEquals } from "../assert.ts";
import { parse } from "../yaml.ts";
import { DOCUMENTS } from "./documents.ts";

const WORKFLOW = ".github/workflows/release.yml";
/** As whom a job of the workflow signs: what its certificate says. */
const SIGNER = `${REPOSITORY}/${WORKFLOW}@refs/tags/v${VERSION}`;
const ISSUER = "https://token.actions.githubusercontent.com";
/** Whose signature proves nothing: other projects, workflows, branches. */
const OTHERS = [
  SIGNER.replace("/proxmox-mcp/", "/proxmox-mcq/"),
  SIGNER.replace(`/${WORKFLOW}`, `-2/${WORKFLOW}`),
  SIGNER.replace("github.com", "github-com.example.com"),
  SIGNER.replace("release.yml", "ci.yml"),
  SIGNER.replace("refs/tags/v", "refs/heads/"),
  `https://example.com/${SIGNER}`,
];

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(ROOT + path);
}

const { jobs } = parse(await read(WORKFLOW)) as { jobs: Readonly<Record<string, Job>> };

/** What a job runs. */
function scriptOf({ steps = [] }: Job): string {
  return steps.map(({ run = "" }) => run).join("\n");
}

/** Jobs that do something. */
function jobsThat(does: (job: Job) => boolean): string[] {
  return Object.entries(jobs).filter(([, job]) => does(job)).map(([id]) => id);
}

const signs = (job: Job): boolean => /^\s*cosign sign/m.test(scriptOf(job));
const attests = ({ steps = [] }: Job): boolean =>
  steps.some(({ uses }) => uses?.startsWith("actions/attest-build-provenance@"));

/** The words of every command that begins so, in the documents and the installer. */
async function commands(start: string): Promise<string[][]> {
  const texts = await Promise.all([...DOCUMENTS, "install.sh"].map(read));
  return texts.flatMap((text) =>
    Array.from(
      text.replaceAll("\\\n", " ").matchAll(new RegExp(`${start} ([^\`\n]*)`, "g")),
      ([, rest = ""]) =>
        Array.from(rest.matchAll(/'([^']*)'|(\S+)/g), ([, one, other]) => one ?? other ?? ""),
    )
  );
}

function option(words: readonly string[], name: string): string {
  return words[words.indexOf(name) + 1] ?? "";
}

function assertSigner(words: readonly string[]): void {
  assertEquals(option(words, "--certificate-oidc-issuer"), ISSUER);
  const identity = new RegExp(option(words, "--certificate-identity-regexp"));
  assert(identity.test(SIGNER), `${identity} is not ${SIGNER}`);
  for (const other of OTHERS) assert(!identity.test(other), `${identity} is ${other} as well`);
}

Deno.test("the file that is signed is the one that is checked, by the bundle that is published", async () => {
  const [, bundle, file] =
    /cosign sign-blob --yes --bundle release\/(\S+) release\/(\S+)/.exec(scriptOf(jobs.github!)) ??
      [];
  const checks = await commands("cosign verify-blob");
  assertEquals(checks.length, 1);
  for (const words of checks) {
    assertEquals([option(words, "--bundle"), words.at(-1)], [bundle, file]);
    assertSigner(words);
  }
  const sums = await commands("sha256sum --check");
  assert(sums.length > 1);
  for (const [, checked] of sums) assertEquals(checked, file);
  assert((await read("scripts/release_files.ts")).includes(`"${file}", "${bundle}"`));
});

Deno.test("the image that is signed is the one that is checked", async () => {
  const checks = await commands("cosign verify");
  assertEquals(checks.length, 1);
  for (const words of checks) {
    assertEquals(words.at(-1), `${IMAGE}:latest`);
    assertSigner(words);
  }
  assert(scriptOf(jobs.image!).includes("name=$(jq -r .image.name plan/publish.json)"));
});

Deno.test("attestations are looked for where the workflow leaves them, of files that it attests", async () => {
  const checks = await commands("gh attestation verify");
  assert(checks.length > 2);
  const [, , owner, program] = REPOSITORY.split("/").slice(1);
  const repository = `${owner}/${program}`;
  const installer = await read("install.sh");
  assert(installer.includes(`repository=${repository}`), "install.sh is of another repository");
  for (const words of checks) {
    const named = words.map((word) =>
      word.replace(/^"?\$repository/, repository).replace(/"$/, "")
    );
    assertEquals(option(named, "--repo"), repository);
    const signer = named.includes("--signer-workflow")
      ? option(named, "--signer-workflow")
      : undefined;
    assertEquals(signer ?? `${repository}/${WORKFLOW}`, `${repository}/${WORKFLOW}`);
  }
  const [step] = jobs.github!.steps!.filter(({ uses }) => uses?.includes("attest-build"));
  assertEquals(step?.with?.["subject-path"], "release/*");
});

Deno.test("who signs or attests may prove to be this workflow, and installs cosign to sign", () => {
  assertEquals(jobsThat(signs), ["github", "image"]);
  assertEquals(jobsThat(attests), ["github"]);
  for (const id of jobsThat((job) => signs(job) || attests(job))) {
    assertEquals(jobs[id]?.permissions?.["id-token"], "write", id);
  }
  const installs = jobsThat(({ steps = [] }) =>
    steps.some(({ uses }) => uses?.startsWith("sigstore/cosign-installer@"))
  );
  assertEquals(installs, jobsThat(signs));
  assertEquals(jobs.github?.permissions?.attestations, "write");
});

Deno.test("docs/releasing.md has the jobs of the workflow in their order, and what each proves", async () => {
  const text = await read("docs/releasing.md");
  const rows = Array.from(
    text.matchAll(/^\| (\w+) +\| ([a-z].*?) *\|$/gm),
    ([, id = "", does = ""]) => [id, does] as const,
  );
  assertEquals(rows.map(([id]) => id), Object.keys(jobs));
  const saying = (word: string): string[] =>
    rows.filter(([, does]) => does.includes(word)).map(([id]) => id);
  assertEquals(saying("cosign"), jobsThat(signs));
  assertEquals(saying("attests"), jobsThat(attests));
});

Deno.test("the dry run of a release does in the workflow's order what docs/releasing.md names", async () => {
  const dryRun = await read("scripts/try_release.ts");
  const tried = Array.from(
    dryRun.matchAll(/await deno\("(?:task", (?:"--quiet", )?")?([\w-]+)"/g),
    ([, task]) => task,
  );
  const released = Object.values(jobs).flatMap((job) =>
    Array.from(
      scriptOf(job).matchAll(/deno (?:task )?(release-files|formula|server-json|publish)/g),
      ([, task]) => task,
    )
  );
  assertEquals(tried, ["prepare-release", ...released, "test"]);
  const text = await read("docs/releasing.md");
  const named = ["prepare-release", "release-files", "formula", "server.json"]
    .map((each) => text.indexOf(each, text.indexOf("## Each time")));
  assertEquals(named, named.toSorted((one, other) => one - other));
  assert(!named.includes(-1));
});
