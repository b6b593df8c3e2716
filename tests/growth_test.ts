/**
 * What reads, cleans and writes text from Proxmox VE, guests and clients takes no more than linear
 * time. The table names every function of the modules that do nothing else, so that a new one is
 * missed here.
 */
import { assertEquals } from "./assert.ts";
import { excess, HOSTILE_UNITS, repeated } from "./growth.ts";
import * as freeText from "../src/answer/free_text.ts";
import * as chosen from "../src/answer/chosen.ts";
import * as fields from "../src/answer/fields.ts";
import * as filter from "../src/answer/filter.ts";
import * as filterSigns from "../src/answer/filter_signs.ts";
import * as filterTerms from "../src/answer/filter_terms.ts";
import * as group from "../src/answer/group.ts";
import * as list from "../src/answer/list.ts";
import * as order from "../src/answer/order.ts";
import * as machineValues from "../src/answer/machine_values.ts";
import * as markdown from "../src/answer/markdown.ts";
import * as mask from "../src/answer/mask.ts";
import * as secretNames from "../src/pve/secret_names.ts";
import * as render from "../src/answer/render.ts";
import * as rrd from "../src/answer/rrd.ts";
import * as secrets from "../src/answer/secrets.ts";
import * as bound from "../src/answer/bound.ts";
import * as image from "../src/answer/image.ts";
import * as taskAnswer from "../src/answer/task_answer.ts";
import * as taskTitle from "../src/answer/task_title.ts";
import * as textOfBytes from "../src/answer/text_of_bytes.ts";
import * as grants from "../src/answer/hints/grant.ts";
import * as unseen from "../src/answer/hints/cannot_see.ts";
import * as emptyList from "../src/answer/hints/empty_list.ts";
import * as hintErrors from "../src/answer/hints/errors.ts";
import * as explain from "../src/answer/hints/explain_error.ts";
import * as messages from "../src/answer/hints/messages.ts";
import * as notFound from "../src/answer/hints/not_found.ts";
import * as boolean from "../src/base/text/boolean.ts";
import * as errorMessage from "../src/base/text/error_message.ts";
import * as host from "../src/base/text/host.ts";
import * as moment from "../src/base/text/moment.ts";
import * as nearest from "../src/base/text/nearest.ts";
import * as ranges from "../src/base/text/ranges.ts";
import * as sanitize from "../src/base/text/sanitize.ts";
import * as quantity from "../src/base/text/quantity.ts";
import * as units from "../src/base/text/units.ts";
import { redact, registerSecret } from "../src/base/process/log.ts";
import { quoted } from "../src/call/input_limits.ts";
import { normalize } from "../src/gateway/match.ts";
import { ApiIndex } from "../src/gateway/search.ts";
import { encodePathValue } from "../src/pve/encode.ts";
import { errorOf, PveError } from "../src/pve/errors.ts";
import { checkFormat } from "../src/pve/formats.ts";
import { parseProperties } from "../src/pve/property_string.ts";
import { route } from "../src/pve/route.ts";
import { parseSize } from "../src/pve/size.ts";
import { splitList } from "../src/pve/split_list.ts";
import { percentOf } from "../src/pve/tasks.ts";
import { parseUpid } from "../src/pve/upid.ts";
import type { Answer, Row } from "../src/tool/answer.ts";
import type { Action } from "../src/tool/define.ts";
import { FORMAT_RULES } from "../src/pve/format_rules.ts";

type Work = (text: string) => void;
type Module = Readonly<Record<string, unknown>>;
/** Why a function needs no row: it meets no text, or asks others that have one. */
type Exempt = { readonly exempt: string };

const ROW = { vmid: 100, name: "web01", type: "qemu", node: "pve1" };
const ATTEMPT = { operation: "GET /nodes", args: {} } as const;
const ACTION: Action = { kind: "read", operation: "GET /nodes" };
const TOOL = { name: "t", title: "T", description: "D", actions: { list: ACTION, get: ACTION } };

function refusal(text: string): PveError {
  return new PveError(ATTEMPT, 500, text, { name: text });
}

/** An answer that says a text wherever it can say one. */
function saying(text: string): Answer {
  return {
    title: text,
    list: { columns: ["name", text], rows: [[text, { [text]: [text] }], [text, 1]], total: 2 },
    object: { name: text, [text]: { [text]: text } },
    texts: [{ label: text, text }],
    task: {
      ...{ upid: text, node: text, type: text, id: text, state: "failed", waited: 1 },
      exitstatus: text,
      log: [text, text],
    },
    notes: [text],
    failure: { kind: "error", reason: text, parameters: { [text]: text } },
  };
}

function rowsOf(text: string): Row[] {
  return [{ ...ROW, name: text }, { ...ROW, [text]: text, tags: [text] }];
}

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
const MODULES: readonly (readonly [Module, Readonly<Record<string, Work | Exempt>>])[] = [
  [boolean, { parseBoolean: (text) => boolean.parseBoolean(text) }],
  [errorMessage, {
    errorMessage: (text) => errorMessage.errorMessage(new TypeError(text)),
    isMalformedAnswer: (text) => errorMessage.isMalformedAnswer(new TypeError(text)),
  }],
  [host, {
    bareHost: (text) => host.bareHost(text),
    hostAndPort: (text) => host.hostAndPort({ host: text, port: 1 }),
    portOf: { exempt: "the port of a URL that was parsed" },
    prefixOf: (text) => host.prefixOf(new URL(`https://a/${encodeURI(text.toWellFormed())}`)),
    below: (text) => host.below(new URL("https://a/"), `/${text}`),
  }],
  [moment, {
    MOMENT_FORMS: { exempt: "is a constant" },
    readMoment: (text) => moment.readMoment(text, 0),
    asUtc: (text) => moment.asUtc(text),
    bareHours: (text) => moment.bareHours(text),
    hoursNote: { exempt: "is given a number" },
  }],
  [nearest, {
    nearest: (text) => nearest.nearest("storage", [text, ...text.split(" ")]),
    suggestionText: (text) => nearest.suggestionText([text, text]),
    didYouMean: (text) => nearest.didYouMean(text, ["storage", "node"]),
  }],
  [ranges, { rangesOf: (text) => ranges.rangesOf([text, `${text}1`, `${text}2`]) }],
  [machineValues, {
    isoTimes: (text) => machineValues.isoTimes({ [text]: [text, 1] }),
    isoRows: (text) => machineValues.isoRows({ columns: [text], rows: [[text]], total: 1 }),
    unitsOf: (text) => machineValues.unitsOf({ object: { [text]: [1, { [text]: 1 }] } }),
  }],
  [sanitize, {
    sanitizeText: (text) => sanitize.sanitizeText(text),
    sanitizeLine: (text) => sanitize.sanitizeLine(text),
    sanitizeValue: (text) => sanitize.sanitizeValue({ [text]: [text, { a: text }] }),
  }],
  [units, {
    DAY: { exempt: "is a number" },
    bytes: { exempt: "takes a number" },
    span: { exempt: "takes a number" },
    time: { exempt: "takes a number" },
    counted: (text) => units.counted(2, text),
    some: (text) => units.some([text, text], 1),
    unitOf: (text) => units.unitOf(text, 1),
    unitsOfField: (text) => units.unitsOfField(text)(1),
    withUnit: (text) => units.withUnit(text, { [text]: [text, { a: text }] }),
  }],
  [freeText, {
    isFreeText: (text) => freeText.isFreeText(text, [text]),
  }],
  [quantity, {
    parseQuantity: (text) => {
      for (const unit of ["B", "s", "fraction", "%", "time", undefined] as const) {
        quantity.parseQuantity(text, unit);
      }
    },
  }],
  [chosen, {
    chosen: (text) =>
      chosen.chosen({ title: text, object: { [text]: text } }, { fields: [text, "vmid"] }),
  }],
  [fields, {
    fieldNames: (text) => fields.fieldNames(rowsOf(text)),
    saysNothing: (text) => fields.saysNothing(text, { [text]: 0 }),
    limitOf: (text) => fields.limitOf(text),
    LOAD: { exempt: "is a constant" },
    cellOf: (text) => fields.cellOf(ROW, `${text}%`),
    FieldNames: (text) => {
      new fields.FieldNames(rowsOf(text)).find(text);
      new fields.FieldNames([ROW]).find(text);
    },
  }],
  [filterTerms, {
    parseFilter: (text) => filterTerms.parseFilter(text),
    filterFields: (text) => filterTerms.filterFields(filterTerms.parseFilter(text)),
    filterWords: (text) => filterTerms.filterWords(filterTerms.parseFilter(text)),
    withoutFields: (text) => filterTerms.withoutFields(filterTerms.parseFilter(text), [text]),
  }],
  [filterSigns, {
    foreignSigns: (text) =>
      filterSigns.foreignSigns(filterTerms.parseFilter(text), new fields.FieldNames([ROW])),
    FILTER_SIGNS: { exempt: "is a text" },
  }],
  [filter, {
    filterRows: (text) => {
      const rows = rowsOf(text);
      const names = new fields.FieldNames(rows);
      const all = filterTerms.parseFilter("web01 name=web01 tags!=a name<b");
      filter.filterRows(rows, all, names, names.all);
      const own = new fields.FieldNames([ROW]);
      filter.filterRows([ROW], filterTerms.parseFilter(text), own, ["name"]);
    },
    checkFilter: (text) => {
      const rows = rowsOf(text);
      const names = new fields.FieldNames(rows);
      filter.checkFilter(rows, filterTerms.parseFilter("name like web01 !web"), names, names.all);
    },
    filterHint: (text) => {
      const rows = rowsOf(text);
      const own = new fields.FieldNames([ROW]);
      filter.filterHint(filterTerms.parseFilter(`${text}=1`), rows, own);
      const names = new fields.FieldNames(rows);
      filter.filterHint(filterTerms.parseFilter(`name=${text}1`), rows, names);
    },
  }],
  [group, { groupRows: (text) => group.groupRows(rowsOf(text), ["name"], ["name", text]) }],
  [order, {
    sortKey: (text) => order.sortKey(text),
    byKeys: (text) => rowsOf(text).toSorted(order.byKeys([order.sortKey(text)])),
    sortRows: (text) => order.sortRows(rowsOf(text), "name"),
    orderBy: (text) => rowsOf(text).toSorted(order.orderBy("name", text)),
  }],
  [list, {
    DEFAULT_LIMIT: { exempt: "is a number" },
    namedFields: (text) => list.namedFields({ sort: [text], group: [text] }),
    pageOf: (text) => list.pageOf(rowsOf(text), { filter: "web", fields: ["name"] }),
    countText: (text) => list.countText({ columns: [text], rows: [], total: 1 }),
    listAnswer: (text) => list.listAnswer([text, ...rowsOf(text)], {}, {}, text),
    mergedPage: (text) => {
      const source = {
        rows: rowsOf(text),
        spec: { columns: ["name"] },
        options: { sort: ["name"] },
      };
      list.mergedPage([[text, source], ["lab", source]]);
    },
  }],
  [markdown, {
    literal: (text) => markdown.literal(text),
    markdownTable: (text) => markdown.markdownTable([text], [[text]]),
    renderMarkdown: (text) => markdown.renderMarkdown(saying(text), "proxmox_node"),
  }],
  [mask, {
    MASK: { exempt: "is a constant" },
    FieldMask: (text) => {
      const fields = new mask.FieldMask(["GET /nodes"], [text]);
      fields.mask({ [text]: text, key: text, value: text });
      fields.maskField({ key: text, value: text }, "value", text);
      fields.maskCells(["key", "value"], [text, text], (each) => each);
    },
    maskText: (text) => {
      for (const before of ["", "password=", 'secret="', "authorization: ", "https://a:"]) {
        mask.maskText(before + text);
      }
    },
    namedSecrets: (text) => mask.namedSecrets({ key: text, value: text }),
    maskSecrets: (text) =>
      mask.maskSecrets({ [text]: text, secret: text, tfa: text, header: text }),
  }],
  [render, {
    fenced: (text) => render.fenced(text),
    titleOf: (text) => render.titleOf({ title: text, cluster: text }),
    bodyLines: (text) => render.bodyLines(saying(text)),
    renderText: (text) => render.renderText(saying(text)),
    render: (text) => render.render(saying(text)),
  }],
  [rrd, { rrdAnswer: (text) => rrd.rrdAnswer([{ time: text, [text]: 1, cpu: text }], {}, text) }],
  [secrets, {
    CallSecrets: (text) => {
      const known = new secrets.CallSecrets(ACTION, {
        password: text,
        secret: `name=a,value=${text}`,
      });
      known.learnAnswer("GET /nodes", { token: text.slice(0, 20) });
      known.redactAnswer(saying(text));
      known.redactText(text.repeat(2));
    },
  }],
  [bound, { bounded: (text) => bound.bounded(saying(text)) }],
  [image, {
    imageOf: (text) => image.imageOf({ image: `\x89PNG\r\n\x1a\n${text}`, [text]: text }),
  }],
  [taskAnswer, {
    taskListCall: (text) => taskAnswer.taskListCall({ node: text, vmid: text }),
  }],
  [taskTitle, {
    taskTitle: (text) => taskTitle.taskTitle(saying(text).task ?? (null as never)),
  }],
  [textOfBytes, {
    MAX_BASE64_CHARACTERS: { exempt: "is a number" },
    textOfBytes: (text) => textOfBytes.textOfBytes(new TextEncoder().encode(text)),
  }],
  [emptyList, {
    mayHide: (text) =>
      emptyList.mayHide({ columns: [], rows: [], total: 0 }, {
        action: ACTION,
        args: { [text]: text },
      }),
    emptyListHints: (text) =>
      emptyList.emptyListHints({ columns: [], rows: [], total: 0, unfiltered: 1, hint: text }, {
        action: ACTION,
        args: { [text]: text },
        options: { filter: text },
      }),
  }],
  [unseen, {
    DOCTOR_TELLS: { exempt: "is a constant" },
    cannotSee: (text) => unseen.cannotSee([{ what: text, check: ["perm", "/", [text]] }]),
    takesText: (text) => unseen.takesText([{ what: text, check: ["perm", "/", [text]] }]),
  }],
  [grants, {
    grantText: (text) =>
      grants.grantText({ identity: text, path: text, role: text, sides: ["token", "user"] }),
  }],
  [hintErrors, {
    privilegesLacked: (text) => hintErrors.privilegesLacked(refusal(text)),
    hintForError: (text) => {
      for (const status of [401, 403, 500, 501]) {
        hintErrors.hintForError(new PveError(ATTEMPT, status, text, { name: text }));
      }
    },
  }],
  [explain, {
    wasRefused: (text) => explain.wasRefused(refusal(text)),
    explainError: (text) => explain.explainError(refusal(text), text),
  }],
  [messages, {
    MODIFIED: { exempt: "is a constant" },
    NO_SUCH_NODE: { exempt: "is a pattern" },
    GUEST_NOT_ON_NODE: { exempt: "is a pattern" },
    HA_REQUESTED: { exempt: "is a constant" },
    NOT_HOTPLUGGED: { exempt: "is a pattern" },
    hintForMessages: (text) => messages.hintForMessages([text, text]),
  }],
  [notFound, {
    saysMissing: (text) => notFound.saysMissing(refusal(text)),
    notFoundHint: (text) => notFound.notFoundHint(TOOL as never, "get", refusal(text)),
  }],
];

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
