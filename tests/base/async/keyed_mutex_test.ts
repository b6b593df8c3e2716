import { assertEquals, assertRejects } from "../../assert.ts";
import { KeyedMutex } from "../../../src/base/async/keyed_mutex.ts";

const never = new AbortController().signal;

Deno.test("KeyedMutex runs work on one key in order, and on others meanwhile", async () => {
  const turns = new KeyedMutex();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.run("100", never, async () => {
    await gate.promise;
    seen.push("100 first");
  });
  const second = turns.run("100", never, () => Promise.resolve(void seen.push("100 second")));
  await turns.run("101", never, () => Promise.resolve(void seen.push("101")));
  gate.resolve();
  await Promise.all([first, second]);
  assertEquals(seen, ["101", "100 first", "100 second"]);
});

Deno.test("KeyedMutex keeps who comes after a cancelled call behind the work that runs", async () => {
  const turns = new KeyedMutex();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const cancel = new AbortController();
  const running = turns.run("1", never, async () => {
    await gate.promise;
    seen.push("running");
  });
  const cancelled = turns.run("1", cancel.signal, () => Promise.resolve("never"));
  cancel.abort(new Error("cancelled"));
  await assertRejects(() => cancelled, Error, "cancelled");
  const next = turns.run("1", never, () => Promise.resolve(void seen.push("next")));
  gate.resolve();
  await Promise.all([running, next]);
  assertEquals(seen, ["running", "next"]);
});

Deno.test("KeyedMutex goes on after work that fails, and after a call that is cancelled in the queue", async () => {
  const turns = new KeyedMutex();
  const gate = Promise.withResolvers<void>();
  const cancel = new AbortController();
  const failing = turns.run("1", never, async () => {
    await gate.promise;
    throw new Error("no");
  });
  const cancelled = turns.run("1", cancel.signal, () => Promise.resolve("never"));
  const last = turns.run("1", never, () => Promise.resolve("done"));
  cancel.abort(new Error("cancelled"));
  await assertRejects(() => cancelled, Error, "cancelled");
  gate.resolve();
  await assertRejects(() => failing, Error, "no");
  assertEquals(await last, "done");
});
