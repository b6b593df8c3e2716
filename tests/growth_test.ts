/**
 * What reads, cleans and writes text from Proxmox VE, guests and clients takes no more than linear
 * time. The table names every function of the modules that do nothing else, so that a new one is
 * missed here.
 */
import { assertEquals } from "./assert.ts";
import { excess, HOSTILE_UNITS, repeated } from "./growth.ts";
import { ANSWERS } from "./growth/answers.ts";
import { BASE_TEXT } from "./growth/base_text.ts";
import { HINTS } from "./growth/hints.ts";
import { ACTION, ATTEMPT, type Exempt, ROW, type Work } from "./growth/samples.ts";
import * as list from "../src/answer/list.ts";
import * as mask from "../src/answer/mask.ts";
import * as secretNames from "../src/pve/secret_names.ts";
import * as render from "../src/answer/render.ts";
import * as rrd from "../src/answer/rrd.ts";
import * as secrets from "../src/answer/secrets.ts";
import { redact, registerSecret } from "../src/base/process/log.ts";
import { quoted } from "../src/call/input_limits.ts";
import { normalize } from "../src/gateway/match.ts";
import { ApiIndex } from "../src/gateway/search.ts";
import { encodePathValue } from "../src/pve/encode.ts";
import { errorOf } from "../src/pve/errors.ts";
import { checkFormat } from "../src/pve/formats/formats.ts";
import { parseProperties } from "../src/pve/formats/property_string.ts";
import { route } from "../src/pve/route.ts";
import { parseSize } from "../src/pve/size.ts";
import { splitList } from "../src/pve/split_list.ts";
import { percentOf } from "../src/pve/tasks.ts";
import { parseUpid } from "../src/pve/upid.ts";
import type { Row } from "../src/tool/answer.ts";
import { FORMAT_RULES } from "../src/pve/formats/format_rules.ts";

function ignoringErrors(work: Work): Work {
  return (text) => {
    try {
      work(text);
    } catch {
      // A refusal is an answer, too.
    }
  };
}

/** The modules, and what each of their functions does with a text. */
const MODULES = [...BASE_TEXT, ...ANSWERS, ...HINTS];

/** Functions of other modules that read text from outside. */
const OTHERS: Readonly<Record<string, Work>> = {
  isSecretName: (text) => secretNames.isSecretName(text, ["PUT /access/users/{userid}"]),
  redact: (text) => redact(text),
  quoted: (text) => quoted({ [text]: text }),
  normalize: (text) => normalize(text),
  search: (text) => new ApiIndex([]).search(text.slice(0, 4_000), 10),
  "search by path": (text) => new ApiIndex([]).search(`/${text}`, 10),
  encodePathValue: (text) => encodePathValue("volume", text),
  errorOf: (text) => {
    const attempt = (status: number, body: string): unknown =>
      errorOf(ATTEMPT, new Response(null, { status, statusText: "Not right" }), body);
    attempt(500, text);
    attempt(400, JSON.stringify({ message: text, errors: { [text]: text } }));
  },
  parseProperties: (text) => {
    const table = { model: { default_key: true, optional: true }, bridge: { optional: true } };
    parseProperties(table as never, `bridge=${text}`);
  },
  route: (text) => route("GET", `/nodes/${text}`),
  parseSize: (text) => parseSize(text),
  splitList: (text) => splitList(text),
  percentOf: (text) => percentOf(text),
  parseUpid: (text) => {
    parseUpid(text);
    parseUpid(`UPID:pve1:00000001:00000001:00000001:${text}`);
  },
  ...Object.fromEntries(
    Object.keys(FORMAT_RULES).map((format): [string, Work] => [
      `checkFormat ${format}`,
      (text) => checkFormat(format, text),
    ]),
  ),
};

function problemsOf(works: Readonly<Record<string, Work | Exempt>>): string[] {
  return Object.entries(works).flatMap(([name, given]) => {
    if (typeof given !== "function") return [];
    const work = ignoringErrors(given);
    return HOSTILE_UNITS.flatMap((unit) => {
      const slow = excess(work, repeated(unit, "", "\u0001"));
      return slow === undefined ? [] : [`${name} of ${JSON.stringify(unit)} takes ${slow}`];
    });
  });
}

Deno.test("every function of the modules that clean and write text is known here", async () => {
  const folders = ["../src/base/text/", "../src/answer/", "../src/answer/hints/"];
  const known = MODULES.flatMap(([, works]) => Object.keys(works));
  const untested = [
    ...["answerOfEnd", "answerOfTask", "endOfTask", "logOutcome", "lookAgain"],
    ...["ownDryRun", "resultOutcome", "withoutTimeLimit"],
  ]; // They wait; what they write has its rows.
  const exported: string[] = [];
  for (const folder of folders.map((each) => new URL(each, import.meta.url))) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile) exported.push(...Object.keys(await import(new URL(name, folder).href)));
    }
  }
  assertEquals([...known, ...untested].sort(), exported.sort());
});

Deno.test("cleaning and writing text takes no more than linear time", () => {
  assertEquals(MODULES.flatMap(([, works]) => problemsOf(works)), []);
});

Deno.test("reading text from Proxmox VE and clients takes no more than linear time", () => {
  registerSecret("s3cret-of-the-server");
  assertEquals(problemsOf(OTHERS), []);
});

Deno.test("rows and fields in any number take no more than linear time", () => {
  const rows = (count: number): Row[] =>
    Array.from({ length: count }, (_, vmid) => ({ ...ROW, vmid }));
  const wide = (
    count: number,
  ): Row[] => [Object.fromEntries(rows(count).map((row) => [`k${row.vmid}`, row]))];
  const works: Readonly<Record<string, (rows: readonly Row[]) => void>> = {
    list: (given) => render.render(list.listAnswer(given, { columns: ["name"] }, {}, "T")),
    filter: (given) => list.pageOf(given, { filter: "name=web01 101" }),
    unknown: (given) => list.pageOf(given, { filter: "nothing=1" }),
    sort: (given) => list.pageOf(given, { sort: Object.keys(given[0] ?? {}).slice(0, 3) }),
    group: (given) => list.pageOf(given, { group: Object.keys(given[0] ?? {}).slice(0, 3) }),
    object: (given) => render.render({ title: "T", object: { given } }),
    series: (given) => rrd.rrdAnswer(given.map((row) => ({ ...row, time: row.vmid })), {}, "T"),
    secrets: (given) => {
      const known = new secrets.CallSecrets(ACTION, {});
      known.learnAnswer("GET /nodes", given);
      known.redactAnswer({ title: "T", object: { given } });
    },
    mask: (given) => mask.maskSecrets(given),
  };
  const problems = Object.entries(works).flatMap(([name, work]) =>
    [rows, wide].flatMap((make) => excess(work, (length) => make(length / 10)) ?? []).map((slow) =>
      `${name} takes ${slow}`
    )
  );
  assertEquals(problems, []);
});
