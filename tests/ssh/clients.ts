/**
 * What tests of container exec over a real sshd have in common.
 *
 * @module
 */
import { systemClock } from "../../src/clock.ts";
import { createContainerExec } from "../../src/ssh/container_exec.ts";
import {
  type ContainerExec,
  type ExecRequest,
  SshError,
  type SshErrorKind,
  type SshOptions,
} from "../../src/ssh/types.ts";
import { assert, assertEquals } from "../assert.ts";
import { fingerprintOfFile, Sshd, type SshdOptions } from "./sshd.ts";

/** The server of a test file. */
export interface Shared {
  readonly server: Sshd;
  /** Container exec through it, for tests that need nothing of their own. */
  readonly exec: ContainerExec;
  /** The text of a file in the server's directory, as soon as a command has written it. */
  written(name: string): Promise<string>;
}

async function written(directory: string, name: string): Promise<string> {
  const path = `${directory}/${name}`;
  const read = (): Promise<string> => Deno.readTextFile(path).catch(() => "");
  const watcher = Deno.watchFs(directory);
  try {
    let text = await read();
    if (text !== "") return text;
    for await (const _ of watcher) {
      text = await read();
      if (text !== "") break;
    }
    return text;
  } finally {
    watcher.close();
  }
}

/** Starts a server before the tests of a file, and stops it after them. */
export function sharedServer(options: SshdOptions = {}): Shared {
  let started: Shared | undefined;
  const shared = (): Shared => {
    if (started) return started;
    throw new Error("Cannot use the server of a test file outside of its tests");
  };
  Deno.test.beforeAll(async () => {
    const server = await Sshd.start(options);
    const exec = await execThrough(server);
    started = { server, exec, written: (name) => written(server.directory, name) };
  });
  Deno.test.afterAll(async () => {
    await shared().exec.close();
    await shared().server.stop();
  });
  return {
    get server() {
      return shared().server;
    },
    get exec() {
      return shared().exec;
    },
    written: (name) => shared().written(name),
  };
}

/** Container exec through this server, as node pve1, with its right host key. */
export async function execThrough(
  server: Sshd,
  options: Partial<SshOptions> = {},
): Promise<ContainerExec> {
  return createContainerExec({
    nodes: new Map([["pve1", { host: "127.0.0.1", port: server.port }]]),
    user: server.user,
    keyPath: server.keyPath,
    hostKeyFingerprint: await fingerprintOfFile(server.hostKeyPaths[0] ?? ""),
    clock: systemClock,
    ...options,
  });
}

/** A request for container 100, which runs commands. */
export function requestFor(command: string, more: Partial<ExecRequest> = {}): ExecRequest {
  const signal = new AbortController().signal;
  return { node: "pve1", vmid: 100, command, timeoutSeconds: 20, signal, ...more };
}

/** Runs `echo` and closes: the login works. */
export async function assertLogsIn(exec: ContainerExec): Promise<void> {
  try {
    assertEquals((await exec.run(requestFor("echo in"))).stdout.text, "in\n");
  } finally {
    await exec.close();
  }
}

const DOCUMENT = new URL("../../docs/container-exec.md", import.meta.url);

/** That the document has the error's words as a heading, `…` standing for what differs. */
export async function assertDocumented(error: SshError): Promise<void> {
  const headings = (await Deno.readTextFile(DOCUMENT)).match(/(?<=^#### ).*$/gm) ?? [];
  const found = headings.some((heading) => {
    const parts = heading.split("…").map((part) => part.replaceAll(/[^\w\s]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(error.message);
  });
  assert(found, `docs/container-exec.md has no heading for: ${error.message}`);
}

/** Runs a command that must fail with this kind of error, closes, and returns the error. */
export async function assertFails(
  exec: ContainerExec,
  kind: SshErrorKind,
  request = requestFor("echo in"),
): Promise<SshError> {
  try {
    const error = await exec.run(request).then((result) => result, (error) => error);
    assert(error instanceof SshError, Deno.inspect(error));
    assertEquals(error.kind, kind, error.message);
    assert(error.hint.length > 0);
    await assertDocumented(error);
    return error;
  } finally {
    await exec.close();
  }
}
