/** A server that is served for a script says why it ended, and is not held up by what it logs. */
import { assertEquals, assertRejects } from "../assert.ts";
import { whileServing } from "../../scripts/served.ts";

/** Starts a program in place of a server. */
function serving(code: string, work: (url: string) => Promise<void>): Promise<void> {
  const start = { command: Deno.execPath(), args: ["eval", code], env: {} };
  return whileServing(start, work);
}

const AT = 'console.error("Serving MCP at http://127.0.0.1:1/mcp");';

Deno.test("a server that does not start is told with what it said", async () => {
  const code = 'console.error("There is no such cluster"); Deno.exit(3)';
  await assertRejects(
    () => serving(code, () => Promise.resolve()),
    Error,
    "There is no such cluster",
  );
});

Deno.test("work that fails says why, though its server has ended meanwhile", async () => {
  const work = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    throw new Error("the work failed");
  };
  await assertRejects(() => serving(`${AT} Deno.exit(3)`, work), Error, "the work failed");
});

Deno.test("a server that logs much goes on", async () => {
  const file = await Deno.makeTempFile();
  const code = `${AT} console.error("x".repeat(1_000_000));
    Deno.writeTextFileSync(${JSON.stringify(file)}, "done");
    Deno.addSignalListener("SIGTERM", () => Deno.exit(0)); setInterval(() => {}, 1_000);`;
  await serving(code, async () => {
    for (let turn = 0; turn < 100 && await Deno.readTextFile(file) === ""; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  assertEquals(await Deno.readTextFile(file), "done");
  await Deno.remove(file);
});
