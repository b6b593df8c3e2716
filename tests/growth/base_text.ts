/**
 * What each function of src/base/text does with a text.
 *
 * @module
 */
import * as boolean from "../../src/base/text/boolean.ts";
import * as errorMessage from "../../src/base/text/error_message.ts";
import * as host from "../../src/base/text/host.ts";
import * as moment from "../../src/base/text/moment.ts";
import * as nearest from "../../src/base/text/nearest.ts";
import * as ranges from "../../src/base/text/ranges.ts";
import * as sanitize from "../../src/base/text/sanitize.ts";
import * as quantity from "../../src/base/text/quantity.ts";
import * as units from "../../src/base/text/units.ts";
import type { Works } from "./samples.ts";

/** Functions of src/base/text. */
export const BASE_TEXT: Works = [
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
  [quantity, {
    parseQuantity: (text) => {
      for (const unit of ["B", "s", "fraction", "%", "time", undefined] as const) {
        quantity.parseQuantity(text, unit);
      }
    },
  }],
];
