import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { SharedWork } from "../../../src/base/async/shared_work.ts";

const never = new AbortController().signal;

/** Work that goes on until it is told to end, and what became of it. */
class Held {
  readonly begun: (() => void)[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #ends: PromiseWithResolvers<string>[] = [];

  readonly work = (signal: AbortSignal, begins: () => void): Promise<string> => {
    this.begun.push(begins);
    this.signals.push(signal);
    const end = Promise.withResolvers<string>();
    this.#ends.push(end);
    return end.promise;
  };

  end(index: number, result: string): void {
    this.#ends[index]?.resolve(result);
  }

  fail(index: number): void {
    this.#ends[index]?.reject(new Error("failed"));
  }
}

Deno.test("work is done once for all who come before it begins", async () => {
  const [shared, held] = [new SharedWork<string>(), new Held()];
  const all = [1, 2, 3].map(() => shared.run("a", never, held.work));
  const other = shared.run("b", never, held.work);
  assertEquals(held.begun.length, 2);
  held.end(1, "b");
  held.end(0, "a");
  assertEquals(await Promise.all([...all, other]), ["a", "a", "a", "b"]);
});

Deno.test("who comes after it began, or ended, gets other work", async () => {
  const [shared, held] = [new SharedWork<string>(), new Held()];
  const before = shared.run("a", never, held.work);
  held.begun[0]?.();
  const after = shared.run("a", never, held.work);
  held.end(0, "first"); // Its end shuts nobody out of the second.
  assertEquals(await before, "first");
  const joined = shared.run("a", never, held.work);
  held.end(1, "second");
  assertEquals(await Promise.all([after, joined]), ["second", "second"]);
  const late = shared.run("a", never, held.work);
  held.end(2, "third");
  assertEquals([await late, held.begun.length], ["third", 3]);
});

Deno.test("work goes on while anybody waits for it, and is aborted when nobody does", async () => {
  const [shared, held] = [new SharedWork<string>(), new Held()];
  const [one, other] = [new AbortController(), new AbortController()];
  const first = shared.run("a", one.signal, held.work);
  const second = shared.run("a", other.signal, held.work);
  one.abort(new Error("one left"));
  await assertRejects(() => first, Error, "one left");
  assert(!held.signals[0]?.aborted, "aborted though somebody waits");
  other.abort(new Error("both left"));
  await assertRejects(() => second, Error, "both left");
  assertEquals((held.signals[0]?.reason as Error).message, "both left");
  const next = shared.run("a", never, held.work); // Does not join what was aborted.
  held.end(1, "next");
  assertEquals(await next, "next");
});

Deno.test("all hear that it failed, and it is tried anew after that", async () => {
  const [shared, held] = [new SharedWork<string>(), new Held()];
  const all = [1, 2].map(() => shared.run("a", never, held.work));
  held.fail(0);
  for (const each of all) await assertRejects(() => each, Error, "failed");
  const again = shared.run("a", never, held.work);
  held.end(1, "done");
  assertEquals(await again, "done");
});
