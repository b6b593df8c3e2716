/**
 * The programs that tests run beside Deno, `sh` and coreutils. A test names those that it needs,
 * and is ignored on a machine that lacks one:
 *
 *     Deno.test("the formula is Ruby", needs("ruby"), async () => { … });
 *
 * `deno task test` ends with a line that names the missing ones.
 *
 * @module
 */
import { delimiter, join } from "node:path";

/** The Debian package of each program. `.ci/packages` lists these, and those of Python modules. */
export const PACKAGES = {
  bash: "bash",
  busybox: "busybox",
  chromium: "chromium",
  curl: "curl",
  dash: "dash",
  fish: "fish",
  git: "git",
  grep: "grep",
  gzip: "gzip",
  ksh: "ksh",
  mksh: "mksh",
  openssl: "openssl",
  perl: "perl",
  ruby: "ruby",
  script: "bsdutils",
  sed: "sed",
  setsid: "util-linux",
  shasum: "perl",
  shellcheck: "shellcheck",
  "ssh-add": "openssh-client",
  "ssh-agent": "openssh-client",
  "ssh-keygen": "openssh-client",
  sshd: "openssh-server",
  "systemd-analyze": "systemd",
  tar: "tar",
  wget: "wget",
  zip: "zip",
  zsh: "zsh",
} as const;

/** The Debian package of each Python module that `deno task simulator-clients` imports. */
export const PYTHON_PACKAGES = {
  proxmoxer: "python3-proxmoxer",
  // proxmoxer's backend for HTTPS; its package does not depend on it.
  requests: "python3-requests",
} as const;

/** The Debian package of what a page is drawn with in Chromium, whose package does without. */
export const FONT_PACKAGES = { "DejaVu Sans": "fonts-dejavu-core" } as const;

/** A program that a test may need. */
export type Program = keyof typeof PACKAGES;

/** Environment variable with the file in which a test run gathers the programs that it lacks. */
export const MISSING_PROGRAMS_FILE = "MISSING_PROGRAMS_FILE";

function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    return false;
  }
}

/**
 * Where a program is; undefined when no folder of PATH has it, nor the `sbin` beside a `bin`,
 * which only root's PATH names.
 */
export function pathOf(program: Program, path = Deno.env.get("PATH") ?? ""): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return [...folders, ...folders.map((folder) => folder.replace(/\bbin$/, "sbin"))]
    .map((folder) => join(folder, program)).find(isExecutable);
}

/** Options of a test that needs these programs: it is ignored where one is missing. */
export function needs(...programs: readonly Program[]): { readonly ignore: boolean } {
  const missing = programs.filter((program) => pathOf(program) === undefined);
  const file = Deno.env.get(MISSING_PROGRAMS_FILE);
  if (file !== undefined && missing.length > 0) {
    Deno.writeTextFileSync(file, missing.map((program) => `${program}\n`).join(""), {
      append: true,
    });
  }
  return { ignore: missing.length > 0 };
}
