/** install.sh as a text: lint, addresses, and what a part of it does. */
import { assertEquals } from "../assert.ts";
import { needs } from "../programs.ts";
import { installTest, Machine, run, SCRIPT } from "./machine.ts";

Deno.test("install.sh passes shellcheck as POSIX sh", needs("shellcheck"), async () => {
  const { code, stdout } = await run("shellcheck", ["--shell=sh", SCRIPT]);
  assertEquals(stdout, "");
  assertEquals(code, 0);
});

Deno.test("install.sh downloads from the repository that deno.json is named after", async () => {
  const { name } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const text = await Deno.readTextFile(SCRIPT);
  const links = text.match(/(?<=github(usercontent)?\.com\/)[\w-]+\/[\w-]+/g) ?? [];
  assertEquals([...new Set(links)], [name.slice(1)]);
});

installTest("install.sh cut off anywhere does nothing", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  const text = await Deno.readTextFile(SCRIPT);
  const lastLine = text.lastIndexOf("\n", text.length - 2) + 1;
  const lineEnds = Array.from(text.matchAll(/\n/g), (match) => match.index + 1).slice(0, -1);
  const inLastLine = Array.from('{ main "$@"; ', (_, index) => lastLine + index + 1);
  for (const cut of [...lineEnds, ...inLastLine]) {
    const script = `${machine.root}/cut.sh`;
    await Deno.writeTextFile(script, text.slice(0, cut));
    await machine.install([], {}, { script });
  }
  assertEquals(machine.requests, []);
  assertEquals(await machine.installed(), []);
});
