/** The page for developing views is served until it is interrupted. */
import { ROOT } from "../../scripts/project.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { needs } from "../programs.ts";

Deno.test(
  "the page of the views is served on this machine, and ends by an interrupt",
  needs("chromium"),
  async () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "scripts/apps_page.ts", "--port", "0"],
      cwd: ROOT,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let text = "";
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      text += part;
      const url = /^Views at (\S+)$/m.exec(text)?.[1];
      if (url === undefined || !text.includes("Ctrl-C")) continue;
      const { hostname } = new URL(url);
      assertEquals(hostname, "127.0.0.1");
      assertStringIncludes(await (await fetch(url)).text(), "<title>Views of proxmox-mcp</title>");
      assertEquals((await fetch(new URL("/none", url))).status, 404);
      child.kill("SIGINT");
    }
    assertEquals((await child.status).code, 0, text);
  },
);
