import { IDLE_MS } from "../../src/ssh/pool.ts";
import type { ContainerExec } from "../../src/ssh/types.ts";
import { assert, assertEquals } from "../assert.ts";
import { assertFails, execThrough, requestFor, sharedServer } from "./clients.ts";
import { ManualClock } from "../virtual_clock.ts";
import { ended } from "./processes.ts";
import { Proxy } from "./proxy.ts";

const LOGIN = "Accepted publickey";

const shared = sharedServer();

async function echo(exec: ContainerExec, text: string): Promise<void> {
  assertEquals((await exec.run(requestFor(`echo ${text}`))).stdout.text, `${text}\n`);
}

/** Container exec through a proxy, both of which end with the test. */
async function throughProxy(
  test: (exec: ContainerExec, proxy: Proxy) => Promise<void>,
): Promise<void> {
  const proxy = new Proxy(shared.server.port);
  const nodes = new Map([["pve1", { host: "127.0.0.1", port: proxy.port }]]);
  const exec = await execThrough(shared.server, { nodes });
  try {
    await test(exec, proxy);
  } finally {
    await exec.close();
    await proxy.close();
  }
}

Deno.test("a connection is used again, and closed when it is idle", async () => {
  const clock = new ManualClock();
  const exec = await execThrough(shared.server, { clock });
  const [logins, ends] = [
    shared.server.count(LOGIN),
    shared.server.count("Disconnected from user"),
  ];
  await echo(exec, "1");
  clock.advance(IDLE_MS - 1);
  await echo(exec, "2");
  clock.advance(IDLE_MS - 1);
  await echo(exec, "3");
  assertEquals(shared.server.count(LOGIN), logins + 1);
  assertEquals(shared.server.count("Disconnected from user"), ends);
  clock.advance(IDLE_MS);
  await shared.server.logged("Disconnected from user", ends + 1);
  await echo(exec, "4");
  assertEquals(shared.server.count(LOGIN), logins + 2);
  await exec.close();
});

Deno.test("a connection is not idle while a command runs", async () => {
  const clock = new ManualClock();
  const exec = await execThrough(shared.server, { clock });
  const file = `${shared.server.directory}/running`;
  const command = `echo on > ${file}; sleep 0.3; echo done`;
  const running = exec.run(requestFor(command, { timeoutSeconds: 600 }));
  await shared.written("running");
  clock.advance(IDLE_MS + 1);
  assertEquals((await running).stdout.text, "done\n");
  await exec.close();
});

Deno.test("commands at the same time share connections, and open more when those are full", async () => {
  const exec = await execThrough(shared.server);
  const logins = shared.server.count(LOGIN);
  await Promise.all(Array.from({ length: 20 }, (_, i) => echo(exec, String(i))));
  const made = shared.server.count(LOGIN) - logins;
  assert(made >= 2 && made <= 4, `${made} connections`);
  await exec.close();
});

Deno.test("a lost connection is replaced by a new one", async () => {
  await throughProxy(async (exec, proxy) => {
    await echo(exec, "1");
    proxy.cut();
    await echo(exec, "2");
    assertEquals(proxy.connections, 2);
  });
});

Deno.test("a command whose connection is lost before it was sent is sent again, and runs once", async () => {
  await throughProxy(async (exec, proxy) => {
    await echo(exec, "1");
    proxy.cutOnNextData = true;
    const file = `${shared.server.directory}/once`;
    const result = await exec.run(requestFor(`echo ran >> ${file}; cat ${file}`));
    assertEquals(result.stdout.text, "ran\n");
    assertEquals(proxy.connections, 2);
  });
});

Deno.test("a command that may have run is never sent again, and ends on the node", async () => {
  await throughProxy(async (exec, proxy) => {
    const file = `${shared.server.directory}/pid`;
    const failing = assertFails(
      exec,
      "lost-after",
      requestFor(`echo $$ >> ${file}.run; sleep 300`),
    );
    const text = await shared.written("pid.run");
    proxy.cut();
    await failing;
    assertEquals(proxy.connections, 1);
    assertEquals(await Deno.readTextFile(`${file}.run`), text);
    await ended(Number(text));
  });
});

Deno.test("close() ends connections and what runs on them", async () => {
  const exec = await execThrough(shared.server);
  const running = exec.run(requestFor(`echo $$ > ${shared.server.directory}/closed; sleep 300`));
  const pid = Number(await shared.written("closed"));
  const failed = running.then(() => "ended", (error) => error.kind);
  await exec.close();
  assertEquals(await failed, "lost-after");
  await ended(pid);
  const error = await exec.run(requestFor("true")).catch((error) => error);
  assertEquals(error.message, "The program is ending; the command was not sent");
});

Deno.test("a node that never says how a command ended is given up", async () => {
  const clock = new ManualClock();
  const exec = await execThrough(shared.server, { clock });
  const running = exec.run(requestFor(`echo $$ > ${shared.server.directory}/silent; sleep 300`));
  const failed = running.then(() => "ended", (error) => error.message);
  const pid = Number(await shared.written("silent"));
  clock.advance(20_000);
  clock.advance(20_000);
  assertEquals(
    await failed,
    `The SSH server "127.0.0.1:${shared.server.port}" did not say how the command ended; it may have run`,
  );
  await exec.close();
  await ended(pid);
});
