/** Time that is counted goes on whoever sets the clock, and the wall clock is for what is shown. */
import { ROOT } from "../../../scripts/project.ts";
import { systemClock } from "../../../src/base/async/clock.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("the system's monotonic clock goes on when the wall clock is set back", () => {
  const wall = Date.now;
  const before = systemClock.monotonic();
  try {
    Date.now = () => wall() - 3_600_000;
    const now = systemClock.now();
    assert(now < before - 3_000_000, "the wall clock was not set back");
    assert(systemClock.monotonic() >= before);
  } finally {
    Date.now = wall;
  }
});

Deno.test("the monotonic clock starts at the wall clock of the process's start", () => {
  assertEquals(Math.round((systemClock.monotonic() - Date.now()) / 60_000), 0);
});

/**
 * What is shown or dated, and the clock itself. The embedded Proxmox VE lives in its own time, the
 * views in that of a browser.
 */
const BY_WALL_CLOCK = [
  "src/base/async/clock.ts",
  "src/call/parse.ts",
  "src/cli/commands/audit.ts",
  "src/cli/doctor/diagnose.ts",
  "src/cli/services.ts",
  "src/guard/audit.ts",
  "src/mcp/http/oidc/access_token.ts", // Their end is by the time of day.
  "src/mcp/prompts/catalog.ts",
  "src/pve/login/login.ts", // Codes are by the time of day.
  "src/pve/transport/trust.ts",
  "src/tools/backup/_delete_old.ts",
  "src/tools/backup/_list.ts",
  "src/tools/guest/_already.ts",
  "src/tools/node/_time.ts",
  "src/tools/report/_readings.ts",
];

function* sourcesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(ROOT + folder)) {
    const path = `${folder}/${name}`;
    if (["src/simulator", "src/apps"].includes(path)) continue;
    if (isDirectory) yield* sourcesIn(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

Deno.test("only what is shown or dated asks the wall clock", () => {
  const asking = [...sourcesIn("src")].filter((path) =>
    /\bnow\(\)|\bnew Date\(\)/.test(
      Deno.readTextFileSync(ROOT + path).replace(/\/\*\*[^]*?\*\//g, ""),
    )
  );
  assertEquals(asking.sort(), BY_WALL_CLOCK);
});
