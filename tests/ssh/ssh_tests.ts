/**
 * Tests of what goes over SSH, each with a server that is started before the tests of its file.
 *
 * @module
 */
import type { ContainerExec, NodeFiles } from "../../src/ssh/types.ts";
import { needs, type Program } from "../programs.ts";
import { execThrough } from "./clients.ts";
import { PATIENCE_MS, type ServerOptions, type SshServer } from "./server.ts";
import { Ssh2Server } from "./ssh2_server.ts";
import { Sshd, type SshdOptions } from "./sshd.ts";

/** What a test gets. */
export interface Shared<Options = ServerOptions> {
  /** The server of the test's file. */
  readonly server: SshServer;
  /** Container exec through it, for tests that need nothing of their own. */
  readonly exec: ContainerExec & NodeFiles;
  /** The text of a file in the server's directory, as soon as a command has written it. */
  written(name: string): Promise<string>;
  /** Starts one more server of this kind, for the test to stop. */
  start(options?: Options): Promise<SshServer>;
}

/** Adds a test, which may need further programs. */
type AddTest<Options = ServerOptions> = (
  name: string,
  body: (shared: Shared<Options>) => Promise<void>,
  ...programs: readonly Program[]
) => void;

/** A kind of server, and the programs that it needs. */
interface ServerKind<Options> {
  readonly name: string;
  readonly programs: readonly Program[];
  start(options?: Options): Promise<SshServer>;
}

const SSH2: ServerKind<ServerOptions> = {
  name: "ssh2",
  programs: [],
  start: (options) => Ssh2Server.start(options),
};
const OPENSSH: ServerKind<SshdOptions> = {
  name: "OpenSSH",
  programs: ["sshd", "ssh-keygen", "perl"],
  start: (options) => Sshd.start(options),
};

async function written(directory: string, name: string): Promise<string> {
  const path = `${directory}/${name}`;
  const read = (): Promise<string> => Deno.readTextFile(path).catch(() => "");
  const watcher = Deno.watchFs(directory);
  const impatience = setTimeout(() => watcher.close(), PATIENCE_MS);
  let text = await read();
  if (text === "") {
    for await (const _ of watcher) {
      text = await read();
      if (text !== "") break;
    }
  }
  clearTimeout(impatience);
  if (text === "") throw new Error(`No command has written "${path}"`);
  watcher.close();
  return text;
}

function testsOver<Options extends ServerOptions>(
  kind: ServerKind<Options>,
  options: Options | undefined,
): AddTest<Options> {
  let shared: Shared<Options> | undefined;
  Deno.test.beforeAll(async () => {
    if (needs(...kind.programs).ignore) return;
    const server = await kind.start(options);
    const exec = await execThrough(server);
    shared = {
      server,
      exec,
      written: (name) => written(server.directory, name),
      start: (options) => kind.start(options),
    };
  });
  Deno.test.afterAll(async () => {
    await shared?.exec.close();
    await shared?.server.stop();
  });
  return (name, body, ...programs) =>
    Deno.test(`${name} (${kind.name})`, needs(...kind.programs, ...programs), async () => {
      if (!shared) throw new Error("The server of the tests did not start");
      await body(shared);
    });
}

/** Tests that only OpenSSH's server can show. */
export function opensshTests(options?: SshdOptions): AddTest<SshdOptions> {
  return testsOver(OPENSSH, options);
}

/** Tests over each server: that of ssh2 in the process, and OpenSSH's where it is installed. */
export function sshTests(
  options?: ServerOptions,
): { readonly test: AddTest; readonly opensshTest: AddTest<SshdOptions> } {
  const ssh2Test = testsOver(SSH2, options);
  const opensshTest = opensshTests(options);
  return {
    opensshTest,
    test: (...args) => {
      ssh2Test(...args);
      opensshTest(...args);
    },
  };
}
