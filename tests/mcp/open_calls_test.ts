import { ShutdownError } from "../../src/base/process/shutdown.ts";
import { OpenCalls } from "../../src/mcp/open_calls.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { VirtualClock } from "../virtual_clock.ts";

const NEVER = new AbortController().signal;

/** A clock on which no time passes. */
class StandingClock extends VirtualClock {
  override sleep(): Promise<void> {
    return new Promise(() => {});
  }
}

/** Work that ends when it is cancelled, with the reason. */
function untilCancelled(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(String(signal.reason)))
  );
}

Deno.test("cancel() ends the calls of one id alone", async () => {
  const calls = new OpenCalls(new VirtualClock());
  const first = calls.answer(0, NEVER, untilCancelled);
  const second = calls.answer("0", NEVER, untilCancelled);
  calls.cancel(0, "gone");
  assertEquals(await first, "ShutdownError: gone");
  assertEquals(calls.size, 1);
  await calls.end({ end: 0, cancel: 100 }, "over");
  assertEquals(await second, "ShutdownError: over");
});

Deno.test("a call gets the client's own cancel, with its reason", async () => {
  const calls = new OpenCalls(new VirtualClock());
  const client = new AbortController();
  const call = calls.answer(1, client.signal, untilCancelled);
  client.abort("not wanted");
  assertEquals(await call, "not wanted");
  assertEquals(calls.size, 0);
});

Deno.test("end() waits for calls that end by themselves, and takes no more", async () => {
  const calls = new OpenCalls(new StandingClock());
  const { promise, resolve } = Promise.withResolvers<string>();
  const call = calls.answer(1, NEVER, () => promise);
  const ended = calls.end({ end: 5_000, cancel: 100 }, "over");
  await assertRejects(() => calls.answer(2, NEVER, untilCancelled), ShutdownError, "over");
  resolve("done");
  await ended;
  assertEquals(await call, "done");
});

Deno.test("end() cancels what is left when the time is over, or when forced", async () => {
  for (const forceSignal of [undefined, AbortSignal.abort()]) {
    const calls = new OpenCalls(new VirtualClock());
    const call = calls.answer(1, NEVER, untilCancelled);
    await calls.end({ end: 5_000, cancel: 100 }, "over", forceSignal);
    assertEquals(await call, "ShutdownError: over");
  }
});

Deno.test("end() gives up on a call that does not end even when it is cancelled", async () => {
  const calls = new OpenCalls(new VirtualClock());
  void calls.answer(1, NEVER, () => new Promise(() => {}));
  await calls.end({ end: 0, cancel: 100 }, "over");
  assertEquals(calls.size, 1);
});
