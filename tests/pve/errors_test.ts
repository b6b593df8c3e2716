/** What Proxmox VE's refusals become: nothing that it says is lost. */
import { readAnswer } from "../../src/pve/client.ts";
import { type Attempt, errorOf, NotPveError, PveError } from "../../src/pve/errors.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

const ATTEMPT: Attempt = { operation: "GET /nodes", args: {} };

function refused(status: number, statusText: string, body: string): PveError {
  const error = errorOf(ATTEMPT, new Response(null, { status, statusText }), body);
  assert(error instanceof PveError);
  assertEquals(error.status, status);
  return error;
}

const NO_VM = "Configuration file 'nodes/pve1/qemu-server/7.conf' does not exist";

/** Status, reason phrase and body as a real PVE sends them; the message that they become. */
const CASES: readonly (readonly [number, string, string, string])[] = [
  [500, NO_VM, `{"data":null,"message":"${NO_VM}\\n"}`, NO_VM],
  [500, NO_VM, '{"data":null}', NO_VM],
  [500, NO_VM, "", NO_VM],
  [401, "No ticket", "", "No ticket"],
  [401, "Unauthorized", "", "The API token was not accepted"],
  [501, "for data too large", "", "for data too large"],
  [501, "Not Implemented", "Method 'GET /x' not implemented", "Method 'GET /x' not implemented"],
  [500, "Internal Server Error", "", "Internal Server Error"],
];

for (const [status, phrase, body, message] of CASES) {
  Deno.test(`errorOf() finds the words of ${status} ${phrase} ${JSON.stringify(body)}`, () => {
    assertEquals(refused(status, phrase, body).message, message);
  });
}

for (
  const [status, phrase] of [[595, "No route to host"], [596, "Connection timed out"]] as const
) {
  Deno.test(`errorOf() finds the words of ${status}, which has no body`, () => {
    // The standard's Response takes no such status.
    const response = { status, statusText: phrase } as Response;
    assertEquals((errorOf(ATTEMPT, response, "") as PveError).message, phrase);
  });
}

Deno.test("errorOf() keeps what is said of each parameter, on several lines too", () => {
  const errors = { vmid: "value must be at least 100\n", name: "invalid format\nsecond line\n" };
  const body = JSON.stringify({ data: null, message: "Parameter verification failed.\n", errors });
  const error = refused(400, "Parameter verification failed.", body);
  assertEquals(error.errors, {
    vmid: "value must be at least 100",
    name: "invalid format\nsecond line",
  });
});

Deno.test("errorOf() knows a web page from an answer", () => {
  const response = new Response(null, { status: 502 });
  const error = errorOf(ATTEMPT, response, "\n<!DOCTYPE html><title>nginx</title>");
  assert(error instanceof NotPveError);
  assertEquals(error.message, "A web page came back instead of an answer (HTTP status 502)");
});

Deno.test("readAnswer() reads data and total, and nothing out of an empty body", async () => {
  const read = (text: string): Promise<unknown> => readAnswer(ATTEMPT, new Response(text));
  assertEquals(await read('{"data":[1],"total":"7"}'), { data: [1] });
  assertEquals(await read('{"data":[1],"total":7}'), { data: [1], total: 7 });
  assertEquals(await read(""), { data: null });
  await assertRejects(() => read("<html>"), NotPveError, "A web page came back");
  await assertRejects(() => read('{"data":['), NotPveError, "not JSON");
});
