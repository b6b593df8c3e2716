import { assertEquals, assertRejects } from "../../assert.ts";
import { VirtualClock } from "../../virtual_clock.ts";
import { RequestLimiter, RequestRate } from "../../../src/base/async/request_limiter.ts";

const never = new AbortController().signal;
const unlimited = new RequestRate(0, new VirtualClock());

Deno.test("RequestLimiter lets so many in at once, first come first served", async () => {
  const gate = new RequestLimiter(2, unlimited);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  await Promise.all(Array.from({ length: 20 }, (_, index) =>
    gate.run(async () => {
      order.push(index);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    }, never)));
  assertEquals(most, 2);
  assertEquals(order, Array.from({ length: 20 }, (_, index) => index));
});

Deno.test("RequestLimiter frees the place of a call that is cancelled while it waits", async () => {
  const gate = new RequestLimiter(1, unlimited);
  const first = Promise.withResolvers<void>();
  const running = gate.run(() => first.promise, never);
  const cancel = new AbortController();
  const waiting = gate.run(() => Promise.resolve("never"), cancel.signal);
  const last = gate.run(() => Promise.resolve("done"), never);
  cancel.abort(new Error("cancelled"));
  await assertRejects(() => waiting, Error, "cancelled");
  first.resolve();
  await running;
  assertEquals(await last, "done");
});

Deno.test("RequestLimiter frees the place of work that fails", async () => {
  const gate = new RequestLimiter(1, unlimited);
  await assertRejects(() => gate.run(() => Promise.reject(new Error("no")), never), Error, "no");
  assertEquals(await gate.run(() => Promise.resolve(1), never), 1);
});

Deno.test("RequestLimiter keeps the rate and reports by how much it delayed", async () => {
  const clock = new VirtualClock();
  const started = clock.now();
  const gate = new RequestLimiter(1, new RequestRate(10, clock));
  let delayed = 0;
  for (let index = 0; index < 5; index++) {
    await gate.run(() => Promise.resolve(), never, (ms) => delayed += ms);
  }
  assertEquals(clock.now() - started, 400);
  assertEquals(delayed, 400);
});

Deno.test("RequestLimiters with places of their own keep one rate together", async () => {
  const clock = new VirtualClock();
  const started = clock.now();
  const rate = new RequestRate(10, clock);
  const limiters = [new RequestLimiter(1, rate), new RequestLimiter(1, rate)];
  const starts: number[] = [];
  const start = (): Promise<void> => Promise.resolve(void starts.push(clock.now() - started));
  await Promise.all(
    limiters.flatMap((limiter) => [limiter.run(start, never), limiter.run(start, never)]),
  );
  assertEquals(starts, [0, 100, 200, 300]);
});
