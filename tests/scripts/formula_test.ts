import { formula } from "../../scripts/formula.ts";
import { ROOT } from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { needs } from "../programs.ts";
import { fakeRelease } from "./fake_release.ts";

interface Download {
  readonly url: string;
  readonly sha256: string;
}

async function readFormula(
  text: string,
  ...folder: readonly string[]
): Promise<Record<string, Download>> {
  const path = await Deno.makeTempFile({ suffix: ".rb" });
  try {
    await Deno.writeTextFile(path, text);
    await run("ruby", ["-wc", path]);
    const { stdout } = await run("ruby", [`${ROOT}tests/scripts/formula.rb`, path, ...folder]);
    return JSON.parse(stdout) as Record<string, Download>;
  } finally {
    await Deno.remove(path);
  }
}

Deno.test(
  "formula() names each platform's archive with the checksum of the release",
  needs("ruby"),
  async () => {
    const { version, sums } = fakeRelease();
    const { formula: facts, ...downloads } = await readFormula(formula(sums));
    const base = `https://github.com/proxmox-mcp/proxmox-mcp/releases/download/v${version}`;
    const expected = (file: string): Download => ({
      url: `${base}/${file}`,
      sha256: sums.get(file) ?? "none",
    });
    assertEquals(downloads, {
      "macos-arm": expected("proxmox-mcp-macos-arm64.tar.gz"),
      "macos-intel": expected("proxmox-mcp-macos-x64.tar.gz"),
      "linux-arm": expected("proxmox-mcp-linux-arm64.tar.gz"),
      "linux-intel": expected("proxmox-mcp-linux-x64.tar.gz"),
    });
    const { desc } = facts as unknown as { desc: string };
    assert(desc.length < 80, `Homebrew takes descriptions under 80 characters, not "${desc}"`);
  },
);

Deno.test("the formula's own test passes with the program", needs("ruby"), async () => {
  const folder = await Deno.makeTempDir();
  const deno = `"${Deno.execPath()}" run --no-prompt "--allow-env=PROXMOX_*" --ignore-env`;
  const script = `#!/bin/sh\nexec ${deno} "${ROOT}main.ts" "$@"\n`;
  await Deno.writeTextFile(`${folder}/proxmox-mcp`, script, { mode: 0o755 });
  await readFormula(formula(), folder);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("formula() refuses a release that lacks an archive", () => {
  const { sums } = fakeRelease();
  sums.delete("proxmox-mcp-linux-arm64.tar.gz");
  assertThrows(() => formula(sums), TypeError, 'Cannot find "proxmox-mcp-linux-arm64.tar.gz"');
});

Deno.test("Formula/proxmox-mcp.rb is what scripts/formula.ts writes", async () => {
  assertEquals(await Deno.readTextFile(`${ROOT}Formula/proxmox-mcp.rb`), formula());
});
