/**
 * What the release scripts know of the project. Its owner is the scope of the package name in
 * deno.json: GitHub, JSR and the Homebrew tap all use the same one.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };

/** Name of the program and of the repository. */
export const PROGRAM = "proxmox-mcp";
/** Version being built, without a leading `v`. */
export const VERSION: string = config.version;
/** Who publishes: the account on GitHub and the scope on JSR. */
export const OWNER: string = config.name.slice(1).split("/")[0] ?? "";
/** Name of the package on JSR and npm. */
export const PACKAGE: string = config.name;
/** Name in the MCP registry, which packages state to show that they belong to it. */
export const REGISTRY_NAME = `io.github.${OWNER}/${PROGRAM}`;
/** The repository's page. */
export const REPOSITORY = `https://github.com/${OWNER}/${PROGRAM}`;
/**
 * Where images are kept: the one host of a registry that the project names, as the name of an image
 * begins with it. What has the name in it is held against this.
 */
const IMAGE_HOST = "ghcr.io";
/** Name of the container image, without its tag. */
export const IMAGE = `${IMAGE_HOST}/${OWNER}/${PROGRAM}`;
/** Where the project can be had from. */
export type Channel =
  | "releases"
  | "npm"
  | "image"
  | "jsr"
  | "homebrew"
  | "registry";
/** What has nothing yet: the documents say so in one line. The first release empties the list. */
export const UNPUBLISHED: readonly Channel[] = [
  "releases",
  "npm",
  "image",
  "jsr",
  "homebrew",
  "registry",
];
/** The project in one sentence, under the 80 characters that Homebrew takes. */
export const DESCRIPTION =
  "MCP server for Proxmox VE: guests, nodes, storage, networks, access, backups";
/** The project's folder, ending in a slash. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** A platform that a binary is released for. */
export interface Target {
  /** The name in file names: `linux-x64`. */
  readonly id: string;
  /** The name that `deno compile --target` uses. */
  readonly triple: string;
  /** The name that MCP bundles use for the system. */
  readonly platform: "linux" | "darwin" | "win32";
}

/** Every platform that a binary is released for. */
export const TARGETS: readonly Target[] = [
  { id: "linux-x64", triple: "x86_64-unknown-linux-gnu", platform: "linux" },
  { id: "linux-arm64", triple: "aarch64-unknown-linux-gnu", platform: "linux" },
  { id: "macos-x64", triple: "x86_64-apple-darwin", platform: "darwin" },
  { id: "macos-arm64", triple: "aarch64-apple-darwin", platform: "darwin" },
  { id: "windows-x64", triple: "x86_64-pc-windows-msvc", platform: "win32" },
  { id: "windows-arm64", triple: "aarch64-pc-windows-msvc", platform: "win32" },
];

/** Name of the program's file on a platform. */
export function executable(target: Target): string {
  return target.platform === "win32" ? `${PROGRAM}.exe` : PROGRAM;
}

/** Name of the archive that a release has for a platform. */
export function archive(target: Target): string {
  return `${PROGRAM}-${target.id}.${target.platform === "win32" ? "zip" : "tar.gz"}`;
}

/** Name of the MCP bundle that a release has for a platform. */
export function mcpBundle(target: Target): string {
  return `${PROGRAM}-${target.id}.mcpb`;
}

/** Where a release has a file. */
export function releaseUrl(file: string): string {
  return `${REPOSITORY}/releases/download/v${VERSION}/${file}`;
}

/**
 * Reads a SHA256SUMS file as `sha256sum` writes it.
 *
 * @returns Checksums in lower-case hex by file name.
 */
export function parseSums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (!sum || !name) throw new TypeError(`Cannot read "${line}" as a line of SHA256SUMS`);
    sums.set(name, sum);
  }
  return sums;
}

/** The checksum of a file that a release must have. */
export function sumOf(sums: ReadonlyMap<string, string>, file: string): string {
  const sum = sums.get(file);
  if (!sum) throw new TypeError(`Cannot find "${file}" in SHA256SUMS: the release lacks it`);
  return sum;
}
