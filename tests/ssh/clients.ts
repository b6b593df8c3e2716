/**
 * What tests of container exec have in common.
 *
 * @module
 */
import { systemClock } from "../../src/base/async/clock.ts";
import { createContainerExec } from "../../src/ssh/container_exec.ts";
import {
  type ContainerExec,
  type ExecRequest,
  type NodeFiles,
  SshError,
  type SshErrorKind,
  type SshOptions,
} from "../../src/ssh/types.ts";
import { assert, assertEquals } from "../assert.ts";
import { fingerprintOf } from "./keys.ts";
import type { SshServer } from "./server.ts";

/** Container exec through this server, as node pve1, with its right host key. */
export async function execThrough(
  server: SshServer,
  options: Partial<SshOptions> = {},
): Promise<ContainerExec & NodeFiles> {
  return createContainerExec({
    nodes: new Map([["pve1", { host: "127.0.0.1", port: server.port }]]),
    user: server.user,
    keyPath: server.keyPath,
    hostKeyFingerprint: await fingerprintOf(server.hostKeyPaths[0] ?? ""),
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
