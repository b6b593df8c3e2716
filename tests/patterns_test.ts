/**
 * No pattern of the program takes more than linear time, whatever text it meets. It finds all of
 * them: those that stand in the sources, and those that are put together when modules are loaded.
 */
import { assert, assertEquals } from "./assert.ts";
import { ENDS, excess, HOSTILE_UNITS, repeated } from "./growth.ts";

const SRC = new URL("../src/", import.meta.url);
/** Rooms whose patterns meet no text from outside: settings, the command line, the embedded PVE. */
const OWN_TEXT = ["config/", "cli/", "simulator/"];
/** What only a browser can load; its patterns all stand in the sources. */
const IN_BROWSER = "apps/";

interface Found {
  readonly where: string;
  readonly pattern: RegExp;
}

const found = new Map<string, Found>();
let where = "";

function keep(pattern: RegExp): void {
  if (!found.has(String(pattern))) found.set(String(pattern), { where, pattern });
}

const Plain = RegExp;
/** Keeps what is made of patterns while the program's modules are loaded. */
class KeptRegExp extends Plain {
  constructor(...args: ConstructorParameters<typeof RegExp>) {
    super(...args);
    keep(new Plain(this.source, this.flags));
  }
}

/** Keeps the patterns that stand in a source. */
const PLUGIN: Deno.lint.Plugin = {
  name: "patterns",
  rules: {
    keep: {
      create: () => ({
        Literal(node): void {
          if ("regex" in node && node.regex) keep(new Plain(node.regex.pattern, node.regex.flags));
        },
      }),
    },
  },
};

async function sources(folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, SRC))) {
    const path = `${folder}${name}`;
    if (isDirectory) paths.push(...await sources(`${path}/`));
    else if (/(?<!_gen|\.d)\.ts$/.test(name)) paths.push(path);
  }
  return paths.filter((path) => !OWN_TEXT.some((room) => path.startsWith(room)));
}

async function findPatterns(): Promise<Found[]> {
  globalThis.RegExp = KeptRegExp as unknown as RegExpConstructor;
  try {
    for (const path of await sources()) {
      where = path;
      const url = new URL(path, SRC);
      Deno.lint.runPlugin(PLUGIN, path, await Deno.readTextFile(url));
      if (!path.startsWith(IN_BROWSER)) await import(url.href);
    }
  } finally {
    globalThis.RegExp = Plain;
  }
  return [...found.values()];
}

/** What a pattern asks for word by word: what brings a text to its slow part. */
function wordsOf({ source }: RegExp): string[] {
  return source.replaceAll(
    /\\[bBdDwWsSpP](?:\{\w+(?:=\w+)?\})?|\[[^\]]*\]|\(\?[:!=<]+|[?*+^$|(){}]+/g,
    "\n",
  )
    .replaceAll(/\\(.)/g, "$1").split("\n").filter((word) => word !== "").slice(0, 8);
}

function problemOf({ where, pattern }: Found): string | undefined {
  const words = wordsOf(pattern);
  // Searched for everywhere, as by replace(): what starts anew at each character is slow, too.
  const everywhere = new Plain(pattern.source, pattern.flags.replaceAll(/[gy]/g, "") + "g");
  const work = (text: string): void => void text.replace(everywhere, "");
  const befores = new Set(["", ...words, ...words.map((_, at) => words.slice(0, at + 1).join(""))]);
  for (const before of befores) {
    for (const unit of new Set([...HOSTILE_UNITS, ...words, words.join("")])) {
      if (unit === "" || unit.length > 200) continue;
      for (const end of ENDS) {
        const slow = excess(work, repeated(unit, before, end));
        if (slow === undefined) continue;
        return `${where}: ${pattern} takes ${slow}: ${JSON.stringify([before, unit, end])}`;
      }
    }
  }
  return undefined;
}

Deno.test("no pattern that meets text from outside takes more than linear time", async () => {
  const patterns = await findPatterns();
  assert(patterns.length > 200, `found only ${patterns.length} patterns`);
  assert(patterns.some(({ where }) => where === "base/text/sanitize.ts"));
  assertEquals(patterns.map(problemOf).filter((each) => each !== undefined), []);
});

Deno.test("what takes quadratic time is told from what does not", () => {
  const growth = (pattern: RegExp, unit: string): string | undefined =>
    excess((text) => void text.replace(pattern, ""), repeated(unit, "", "\u0001"));
  assert(growth(/\s*\n/g, " "));
  assert(growth(/\/+$/g, "/"));
  assert(growth(/pool '.*' gone/g, "pool '"));
  assertEquals(growth(/(?<!\s)\s*\n/g, " "), undefined);
  assertEquals(growth(/pool '[^']*' gone/g, "pool '"), undefined);
});
