/**
 * Finds out how this program was started, and the quickest way for a client to start it again.
 *
 * @module
 */
import { VERSION } from "../../base/process/version.ts";

const WINDOWS = Deno.build.os === "windows";

/** How this program was started. */
export interface Program {
  /** True in a compiled binary. */
  readonly standalone: boolean;
  readonly execPath: string;
  readonly denoVersion: string;
  /** Address of the main module. */
  readonly mainModule: string;
  /** A Deno on PATH that can run it: null when there is none, undefined when nobody could look. */
  readonly denoOnPath?: string | null;
}

/** A way to start the program. */
export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  /** Why it is this one, for a person. */
  readonly why: string;
}

/** npx keeps Deno in a cache of its own, whose path may be gone tomorrow. */
function isNpx(path: string): boolean {
  return /[\\/]_npx[\\/]/.test(path);
}

/** Whether a Deno is of the same major version, and not older. */
function suffices(version: string, needed: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const [sameMajor = 0, leastMinor = 0, leastPatch = 0] = needed.split(".").map(Number);
  return major === sameMajor &&
    (minor > leastMinor || (minor === leastMinor && patch >= leastPatch));
}

/** What `--version` of a Deno says; undefined where no program answers. */
function versionOf(program: string): string | undefined {
  try {
    const { stdout } = new Deno.Command(program, { args: ["--version"], stderr: "null" })
      .outputSync();
    return /^deno (\d+\.\d+\.\d+)/.exec(new TextDecoder().decode(stdout))?.[1];
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}

/**
 * Looks for a Deno that can run this program.
 *
 * @param path The value of PATH.
 * @param needed The version that it must have, or a newer one with the same major number.
 * @returns Its path, or null.
 * @throws {Deno.errors.NotCapable} Without the permission to run programs.
 */
export function findDeno(path: string, needed: string): string | null {
  for (const folder of path.split(WINDOWS ? ";" : ":")) {
    const program = WINDOWS ? `${folder}\\deno.exe` : `${folder}/deno`;
    // What is relative would lead elsewhere when a client starts it.
    if (!/^(\/|[A-Za-z]:)/.test(folder) || isNpx(program)) continue;
    const version = versionOf(program);
    if (version !== undefined && suffices(version, needed)) return program;
  }
  return null;
}

/** Undefined without the permissions that it takes to look. */
function denoOnPath(): string | null | undefined {
  try {
    const path = Deno.env.get("PATH");
    return path === undefined ? undefined : findDeno(path, Deno.version.deno);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** This process. */
export function thisProgram(): Program {
  const program = {
    standalone: Deno.build.standalone,
    execPath: Deno.execPath(),
    denoVersion: Deno.version.deno,
    mainModule: Deno.mainModule,
  };
  if (program.standalone || !isNpx(program.execPath)) return program;
  const found = denoOnPath();
  return found === undefined ? program : { ...program, denoOnPath: found };
}

/** The package of a module that came from JSR, with its version. */
function jsrPackage(address: string): string | undefined {
  const [, name, version] = /^https:\/\/jsr\.io\/(@[^/]+\/[^/]+)\/([^/]+)\//.exec(address) ?? [];
  return name && version ? `jsr:${name}@${version}` : undefined;
}

/** The npm package that a module belongs to, in the version that runs. */
function npmPackage(address: string): string | undefined {
  return /\/node_modules\/@proxmox-mcp\/proxmox-mcp\/[^/]+$/.test(address)
    ? `@proxmox-mcp/proxmox-mcp@${VERSION}`
    : undefined;
}

/**
 * The quickest way to start a program again: itself, Deno, and npx when there is nothing else.
 *
 * @param allowed The permissions that Deno gives it.
 */
export function startOf(program: Program, allowed: readonly string[]): Start {
  const { denoOnPath: found, denoVersion } = program;
  if (program.standalone) {
    return { command: program.execPath, args: [], why: "This program starts itself" };
  }
  const npm = npmPackage(program.mainModule);
  if (npm) {
    const why = "Started by npx, with as few permissions as the settings take";
    return { command: "npx", args: ["-y", npm], why };
  }
  const module = jsrPackage(program.mainModule) ?? program.mainModule;
  const run = ["run", "--no-prompt", ...allowed, module];
  if (!isNpx(program.execPath)) {
    return { command: program.execPath, args: run, why: "Started by the Deno that runs now" };
  }
  if (found) return { command: found, args: run, why: "Started by the Deno on PATH" };
  return {
    command: "npx",
    args: ["-y", `deno@${denoVersion}`, ...run],
    why: `Started by npx, which takes a second or two, and longer the first time. ${
      found === null
        ? `Deno ${denoVersion} or newer, which is not on PATH, would be quicker`
        : `Whether a quicker Deno is on PATH is not known: \`npx -y deno@${denoVersion} run -A ${module} config CLIENT\` finds out`
    }`,
  };
}
