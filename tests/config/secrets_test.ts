/** The secrets of settings: what is taken for one, as it is or from its file. */
import { loadConfig, processEnvironment } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";
import { environment } from "../environment.ts";
import { FILES, load, problemOf, problemsOf, RIGHT, SECRET } from "./filled_in.ts";

/** Texts that hold more, or something else, than the secret of a token. */
const MORE_THAN_THE_SECRET = [
  `mcp=${SECRET}`,
  `mcp@pve!mcp=${SECRET}`,
  `PVEAPIToken=mcp@pve!mcp=${SECRET}`,
  `Authorization: PVEAPIToken=mcp@pve!mcp=${SECRET}`,
  `PROXMOX_TOKEN_VALUE=${SECRET}`,
  `mcp:${SECRET}`,
  `"${SECRET}`,
  `${SECRET},`,
  "mcp@pve!mcp=not-a-uuid",
];

Deno.test("a token secret with the token's name or id is reported, given as it is or in a file", () => {
  const { TOKEN_VALUE: _, ...others } = RIGHT;
  for (const text of MORE_THAN_THE_SECRET) {
    const problem = problemOf("TOKEN_VALUE", text);
    assertStringIncludes(problem, "PROXMOX_TOKEN_VALUE: expected the secret alone");
    const [inFile = ""] = problemsOf(others, { ...FILES, "/run/token": `${text}\n` });
    assertStringIncludes(inFile, "PROXMOX_TOKEN_VALUE_FILE: expected the secret alone");
    assert(!inFile.includes(SECRET) && !inFile.includes("not-a-uuid"));
  }
  assertStringIncludes(problemOf("TOKEN_VALUE", "mcp@pve!mcp"), "got its id");
  assertStringIncludes(problemOf("TOKEN_VALUE", "two words"), "expected ASCII");
  assertStringIncludes(problemOf("TOKEN_VALUE", "zero\u200bwidth"), "expected ASCII");
});

Deno.test("a token's name and secret that were swapped are reported", () => {
  const problems = problemsOf({ ...RIGHT, TOKEN_NAME: SECRET, TOKEN_VALUE: "mcp" });
  assertEquals(problems, [
    "PROXMOX_TOKEN_NAME: expected the name of the token, got what looks like its secret",
  ]);
  assertEquals(load({ ...RIGHT, TOKEN_NAME: SECRET }), []);
});

Deno.test("a token secret that is no UUID is warned of and accepted, whole or in a file", () => {
  const message = "expected a UUID, as the secrets of Proxmox VE's tokens are";
  for (const value of [SECRET.slice(1), `${SECRET.slice(0, 30)}`, "hunter2", "a".repeat(32)]) {
    const [warning = "", ...others] = load({ ...RIGHT, TOKEN_VALUE: value });
    assertStringIncludes(warning, `PROXMOX_TOKEN_VALUE: ${message}`);
    assert(!warning.includes(value));
    assertEquals(others, []);
    const { TOKEN_VALUE: _, ...rest } = RIGHT;
    const [inFile = ""] = load(rest, { ...FILES, "/run/token": value });
    assertStringIncludes(inFile, `PROXMOX_TOKEN_VALUE_FILE: ${message}`);
  }
  assertEquals(load({ ...RIGHT, TOKEN_VALUE: SECRET.toUpperCase() }), []);
});

Deno.test("a warning is reported together with the problems", () => {
  const { problems, warnings } = assertThrows(
    () => load({ ...RIGHT, TOKEN_VALUE: "hunter2", PORT: "abc" }),
    ConfigError,
  );
  assertEquals([problems.length, warnings.length], [1, 1]);
});

function utf16(text: string, mark: boolean): Uint8Array {
  const units = (mark ? "\ufeff" + text : text).split("").map((char) => char.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
}

const BYTES = new TextEncoder();
const FILE_CASES: readonly (readonly [name: string, bytes: Uint8Array, words: string])[] = [
  ["in UTF-16 with a byte order mark", utf16(`${SECRET}\r\n`, true), "expected UTF-8, got UTF-16"],
  ["in UTF-16 without a byte order mark", utf16(SECRET, false), "expected UTF-8, got UTF-16"],
  ["that is empty", new Uint8Array(), "the file is empty"],
  ["of white space alone", BYTES.encode(" \r\n\n"), "the file is empty"],
  ["of several lines", BYTES.encode(`# token\n${SECRET}\n`), "on one line, got 2 lines"],
  ["with a placeholder", BYTES.encode("${PROXMOX_TOKEN}\n"), "not filled in: ${…}"],
  ["with quotation marks", BYTES.encode(`"${SECRET}"\n`), "no quotation marks"],
  ["with undefined", BYTES.encode("undefined"), 'got "undefined"'],
  ["with an example", BYTES.encode("your-token-here"), "the text of an example"],
];

for (const [name, bytes, message] of FILE_CASES) {
  Deno.test(`a secret's file ${name} is reported, for either secret that has one`, async () => {
    const path = await Deno.makeTempFile();
    await Deno.writeFile(path, bytes);
    const { TOKEN_VALUE: _value, HTTP_TOKEN: _token, ...others } = RIGHT;
    const files = { TOKEN_VALUE_FILE: path, HTTP_TOKEN_FILE: path };
    const { readFile } = environment({}, FILES);
    const given: Record<string, string> = { ...others, ...files };
    const { problems } = assertThrows(() =>
      loadConfig({
        get: (variable) => given[variable.replace("PROXMOX_", "")],
        names: () => [],
        readFile: (each) => each === path ? processEnvironment.readFile(path) : readFile(each),
      }), ConfigError);
    await Deno.remove(path);
    assertEquals(problems.map((problem) => problem.split(":")[0]), [
      "PROXMOX_TOKEN_VALUE_FILE",
      "PROXMOX_HTTP_TOKEN_FILE",
    ]);
    for (const problem of problems) {
      assertStringIncludes(problem, message);
      assert(!problem.includes(SECRET));
    }
  });
}

Deno.test("a secret's file with a UTF-8 byte order mark is read", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, `\ufeff${SECRET}\r\n`);
  const { config } = loadConfig({
    get: (name) =>
      ({
        PROXMOX_HOST: "pve1",
        PROXMOX_TOKEN_NAME: "mcp",
        PROXMOX_TOKEN_VALUE_FILE: path,
      })[name],
    names: () => [],
    readFile: processEnvironment.readFile,
  });
  await Deno.remove(path);
  assertEquals(config.tokenValue, SECRET);
});

Deno.test("a key for confirmations is long enough to be none that can be guessed, and for its user alone", async () => {
  const path = await Deno.makeTempFile();
  const given: Record<string, string> = { ...RIGHT, HTTP_STATE_KEY_FILE: path };
  const { readFile } = environment({}, FILES);
  const withKey = async (key: string, mode: number): Promise<readonly string[]> => {
    await Deno.writeTextFile(path, key);
    await Deno.chmod(path, mode);
    return loadConfig({
      get: (variable) => given[variable.replace("PROXMOX_", "")],
      names: () => [],
      readFile: (each) => each === path ? processEnvironment.readFile(path) : readFile(each),
      modeOf: (each) => processEnvironment.modeOf?.(each),
    }).warnings;
  };
  const key = "k".repeat(32);
  assertEquals(await withKey(`${key}\n`, 0o640), []);
  const [warning = ""] = await withKey(key, 0o644);
  assertStringIncludes(warning, "PROXMOX_HTTP_STATE_KEY_FILE: everybody on this machine may use");
  const short = "k".repeat(31);
  const { problems } = await assertRejects(() => withKey(short, 0o600), ConfigError);
  await Deno.remove(path);
  assertStringIncludes(problems.join(), "expected 32 characters or more, got 31");
  assert(!problems.join().includes(short));
});
