import { IDLE_MS } from "../../src/ssh/pool.ts";
import type { ContainerExec } from "../../src/ssh/types.ts";
import { assert, assertEquals } from "../assert.ts";
import { ManualClock } from "../virtual_clock.ts";
import { assertFails, execThrough, requestFor } from "./clients.ts";
import { endlessCommand } from "./container_stand_in.ts";
import { Proxy } from "./proxy.ts";
import type { SshServer } from "./server.ts";
import { sshTests } from "./ssh_tests.ts";

const LOGIN = "Accepted publickey";

const { test, opensshTest } = sshTests();

async function echo(exec: ContainerExec, text: string): Promise<void> {
  assertEquals((await exec.run(requestFor(`echo ${text}`))).stdout.text, `${text}\n`);
}

/** Container exec through a proxy, both of which end with the test. */
async function throughProxy(
  server: SshServer,
  work: (exec: ContainerExec, proxy: Proxy) => Promise<void>,
): Promise<void> {
  const proxy = new Proxy(server.port);
  const nodes = new Map([["pve1", { host: "127.0.0.1", port: proxy.port }]]);
  const exec = await execThrough(server, { nodes });
  try {
    await work(exec, proxy);
  } finally {
    await exec.close();
    await proxy.close();
  }
}

test("a connection is used again, and closed when it is idle", async ({ server }) => {
  const clock = new ManualClock();
  const exec = await execThrough(server, { clock });
  const [logins, ends] = [
    server.log.count(LOGIN),
    server.log.count("Disconnected from user"),
  ];
  await echo(exec, "1");
  clock.advance(IDLE_MS - 1);
  await echo(exec, "2");
  clock.advance(IDLE_MS - 1);
  await echo(exec, "3");
  assertEquals(server.log.count(LOGIN), logins + 1);
  assertEquals(server.log.count("Disconnected from user"), ends);
  clock.advance(IDLE_MS);
  await server.log.logged("Disconnected from user", ends + 1);
  await echo(exec, "4");
  assertEquals(server.log.count(LOGIN), logins + 2);
  await exec.close();
});

opensshTest("a connection is not idle while a command runs", async ({ server, written }) => {
  const clock = new ManualClock();
  const exec = await execThrough(server, { clock });
  const file = `${server.directory}/running`;
  const command = `echo on > ${file}; sleep 0.3; echo done`;
  const running = exec.run(requestFor(command, { timeoutSeconds: 600 }));
  await written("running");
  clock.advance(IDLE_MS + 1);
  assertEquals((await running).stdout.text, "done\n");
  await exec.close();
});

test("commands at the same time share connections, and open more when those are full", async ({ server }) => {
  const exec = await execThrough(server);
  const logins = server.log.count(LOGIN);
  await Promise.all(Array.from({ length: 20 }, (_, i) => echo(exec, String(i))));
  const made = server.log.count(LOGIN) - logins;
  assert(made >= 2 && made <= 4, `${made} connections`);
  await exec.close();
});

test("a lost connection is replaced by a new one", async ({ server }) => {
  await throughProxy(server, async (exec, proxy) => {
    await echo(exec, "1");
    proxy.cut();
    await echo(exec, "2");
    assertEquals(proxy.connections, 2);
  });
});

test("a command whose connection is lost before it was sent is sent again, and runs once", async ({ server }) => {
  await throughProxy(server, async (exec, proxy) => {
    await echo(exec, "1");
    proxy.cutOnNextData = true;
    const file = `${server.directory}/once`;
    const result = await exec.run(requestFor(`echo ran >> ${file}; cat ${file}`));
    assertEquals(result.stdout.text, "ran\n");
    assertEquals(proxy.connections, 2);
  });
});

test("a command that may have run is never sent again, and ends on the node", async ({ server, written }) => {
  await throughProxy(server, async (exec, proxy) => {
    const file = `${server.directory}/lost`;
    const failing = assertFails(exec, "lost-after", requestFor(endlessCommand(file)));
    await written("lost");
    proxy.cut();
    await failing;
    assertEquals(proxy.connections, 1);
    assertEquals(await written("lost.end"), "ended\n");
  });
});

/** A clock that tells how many wait for a time to come. */
class CountingClock extends ManualClock {
  get waiting(): number {
    return this.sleepers.size;
  }
}

test("close() ends connections and what runs on them", async ({ server, written }) => {
  const clock = new CountingClock();
  const exec = await execThrough(server, { clock });
  const running = exec.run(requestFor(endlessCommand(`${server.directory}/closed`)));
  const failed = running.then(() => "ended", (error) => error.kind);
  await written("closed");
  await exec.close();
  assertEquals(await failed, "lost-after");
  assertEquals(clock.waiting, 0, "nothing is kept for another command");
  assertEquals(await written("closed.end"), "ended\n");
  const error = await exec.run(requestFor("true")).catch((error) => error);
  assertEquals(error.message, "The program is ending; the command was not sent");
});

test("a node that never says how a command ended is given up", async ({ server, written }) => {
  const clock = new ManualClock();
  const exec = await execThrough(server, { clock });
  // With input, the client knows that the command runs before it is written.
  const request = requestFor(endlessCommand(`${server.directory}/silent`), { stdin: "x" });
  const running = exec.run(request);
  const failed = running.then(() => "ended", (error) => error.message);
  await written("silent");
  clock.advance(20_000);
  clock.advance(20_000);
  assertEquals(
    await failed,
    `The SSH server "127.0.0.1:${server.port}" did not say how the command ended; it may have run`,
  );
  await exec.close();
  assertEquals(await written("silent.end"), "ended\n");
});
