/** A server that is served for a script says why it ended, and is not held up by what it logs. */
import { assertEquals, assertRejects } from "../assert.ts";
import { whileServing } from "../../scripts/served.ts";

/** Starts a program in place of a server. */
function serving(code: string, work: (url: string) => Promise<void>): Promise<void> {
  const start = { command: Deno.execPath(), args: ["eval", code], env: {} };
  return whileServing(start, work);
}

/** Listens, and says so as a server does. */
const LISTENS = `const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.error("Serving MCP at http://127.0.0.1:" + listener.addr.port + "/mcp");`;

/** What a server sends until it closes the connection. */
async function heard(url: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
  const bytes = new Uint8Array(16);
  const count = await connection.read(bytes);
  return new TextDecoder().decode(bytes.subarray(0, count ?? 0));
}

Deno.test("a server that does not start is told with what it said", async () => {
  const code = 'console.error("There is no such cluster"); Deno.exit(3)';
  await assertRejects(
    () => serving(code, () => Promise.resolve()),
    Error,
    "There is no such cluster",
  );
});

Deno.test("work that fails says why, though its server has ended meanwhile", async () => {
  const work = async (url: string): Promise<void> => {
    await heard(url);
    throw new Error("the work failed");
  };
  const code = `${LISTENS} await listener.accept(); Deno.exit(3)`;
  await assertRejects(() => serving(code, work), Error, "the work failed");
});

Deno.test("a server that logs much goes on", async () => {
  const code = `${LISTENS} console.error("x".repeat(1_000_000));
    Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
    const connection = await listener.accept();
    await connection.write(new TextEncoder().encode("done"));
    await listener.accept();`;
  await serving(code, async (url) => assertEquals(await heard(url), "done"));
});
