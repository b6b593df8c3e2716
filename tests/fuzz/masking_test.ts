/**
 * Masking in one pass hides what masking in plain steps hides, over data made by chance: fields by
 * name, rows that name what they hold, texts, and then the secrets that a call has learned.
 */
import { FieldMask, maskText, namedSecrets } from "../../src/answer/mask.ts";
import { CallSecrets } from "../../src/answer/secrets.ts";
import { redact, registerSecret } from "../../src/base/process/log.ts";
import { isSecretName } from "../../src/pve/secret_names.ts";
import { defineTool, write } from "../../src/tool/define.ts";
import { assert, assertEquals } from "../assert.ts";
import { depth } from "../depth.ts";
import { Random } from "./random.ts";
import { HOSTILE, STRANGE_NAMES } from "./values.ts";

const OPERATION = "POST /cluster/sdn/dns";
const REVEALED = "ticket";
const SERVERS = "d3b07384-d113-4ec4-9f1e-5a3c1d9e0001";
const LEARNED = ["hunter2-of-mine", "two words", "[masked]"];
const NAMES: readonly [string, ...string[]] = [
  ...["vmid", "name", "status", "password", "db_password", "X-Api-Key", "token", "lock-token"],
  ...["key", "value", "pending", "old", "new", "secret", "header", "tfa", "cipassword", "ticket"],
  ...STRANGE_NAMES,
] as [string, ...string[]];
const TEXTS: readonly [string, ...string[]] = [
  ...["web01", "", "x", "0", "cipassword", "password", "name=a,value=b", "name=a", "key=abc,x=1"],
  ...["password=abc", "token: abc", "https://u:p@h/", "[masked] → there", "PVEAPIToken=a=b"],
  ...[SERVERS, `before ${SERVERS} after`, encodeURIComponent(SERVERS), ...LEARNED],
  ...[`(${LEARNED[0]})`, `a${LEARNED[0]}b`, "say two words=3"],
  ...HOSTILE,
] as [string, ...string[]];

function made(random: Random, levels: number): unknown {
  if (levels > 0 && random.chance(0.3)) {
    return Array.from({ length: random.below(4) }, () => made(random, levels - 1));
  }
  if (levels > 0 && random.chance(0.6)) {
    const names = Array.from({ length: random.below(6) }, () => random.pick(NAMES));
    return Object.fromEntries(names.map((name) => [name, made(random, levels - 1)]));
  }
  const plain = [null, true, false, 0, 1, 104, -1.5];
  return random.chance(0.3) ? random.pick(plain) : random.pick(TEXTS);
}

/** Copies a value with all texts in it changed, names included. */
function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each) => eachText(each, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [change(name), eachText(each, change)]),
  );
}

/** What a value of a field with the name of a secret shows. */
function hidden(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((each) => hidden(each, name));
  if (typeof value === "object" || typeof value === "boolean") return masked(value);
  if (value === 0 || value === 1) return value;
  const text = String(value);
  if (text === "" || text === "x" || text.startsWith("[masked] → ")) return text;
  if (name === "tfa") return text.replace(/\bkey=[^,]*/g, "key=[masked]");
  const [named] = name === "secret" || name === "header"
    ? /^name=[^,=]*(?=,|$)/.exec(text) ?? []
    : [];
  return named === undefined ? "[masked]" : named === text ? text : `${named},[masked]`;
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value === "string") return maskText(value);
  if (typeof value !== "object" || value === null) return value;
  const named = namedSecrets(value as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (name === REVEALED) return [name, each];
      const isHidden = isSecretName(name, [OPERATION]) || named.includes(name);
      return [name, isHidden ? hidden(each, name) : masked(each)];
    }),
  );
}

const tool = defineTool({
  name: "proxmox_masking",
  title: "Masking",
  description: "",
  actions: { default: write(OPERATION, { unmaskedFields: [REVEALED] }) },
});

Deno.test("masking in one pass hides what masking in steps does", () => {
  const forget = registerSecret(SERVERS);
  const secrets = new CallSecrets(tool.actions.default!, { key: LEARNED });
  const mask = new FieldMask([OPERATION], [REVEALED]);
  const redacted = (text: string): string => secrets.redactText(text);
  const random = new Random(26);
  let hides = 0;
  for (let run = 0; run < depth(3_000, 100_000); run++) {
    const value = made(random, 4);
    const before = structuredClone(value);
    const expected = masked(value);
    assertEquals(mask.mask(value), expected);
    assertEquals(secrets.redactValue(value), eachText(expected, redacted));
    assertEquals(value, before);
    if (JSON.stringify(expected) !== JSON.stringify(value)) hides++;
    else assert(mask.mask(value) === value, "It is not copied in vain");
  }
  assert(hides > 500, String(hides));
  forget();
});

Deno.test("a text that holds a secret of the server is redacted, whatever stands around it", () => {
  const forgets = ["four", "a b/c", SERVERS].map(registerSecret);
  const random = new Random(27);
  for (let run = 0; run < depth(3_000, 100_000); run++) {
    const secret = random.pick(["four", "a b/c", "a%20b%2Fc", SERVERS]);
    const text = `${random.pick(TEXTS).slice(0, 90)}${secret}${random.pick(TEXTS).slice(0, 90)}`;
    assert(!redact(text).includes(secret), text);
  }
  forgets.forEach((forget) => forget());
});
