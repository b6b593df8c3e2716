/**
 * What each function of src/answer does with a text.
 *
 * @module
 */
import * as freeText from "../../src/answer/free_text.ts";
import * as chosen from "../../src/answer/chosen.ts";
import * as fields from "../../src/answer/fields.ts";
import * as filter from "../../src/answer/filter.ts";
import * as filterSigns from "../../src/answer/filter_signs.ts";
import * as filterTerms from "../../src/answer/filter_terms.ts";
import * as group from "../../src/answer/group.ts";
import * as list from "../../src/answer/list.ts";
import * as order from "../../src/answer/order.ts";
import * as machineValues from "../../src/answer/machine_values.ts";
import * as markdown from "../../src/answer/markdown.ts";
import * as mask from "../../src/answer/mask.ts";
import * as render from "../../src/answer/render.ts";
import * as rrd from "../../src/answer/rrd.ts";
import * as secrets from "../../src/answer/secrets.ts";
import * as bound from "../../src/answer/bound.ts";
import * as image from "../../src/answer/image.ts";
import * as taskAnswer from "../../src/answer/task_answer.ts";
import * as taskTitle from "../../src/answer/task_title.ts";
import * as textOfBytes from "../../src/answer/text_of_bytes.ts";
import { ACTION, ROW, rowsOf, saying, type Works } from "./samples.ts";

/** Functions of src/answer. */
export const ANSWERS: Works = [
  [machineValues, {
    isoTimes: (text) => machineValues.isoTimes({ [text]: [text, 1] }),
    isoRows: (text) => machineValues.isoRows({ columns: [text], rows: [[text]], total: 1 }),
    unitsOf: (text) => machineValues.unitsOf({ object: { [text]: [1, { [text]: 1 }] } }),
  }],
  [freeText, {
    isFreeText: (text) => freeText.isFreeText(text, [text]),
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
    holdsMask: (text) => mask.holdsMask({ [text]: text }),
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
];
