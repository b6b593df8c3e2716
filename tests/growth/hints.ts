/**
 * What each function of src/answer/hints does with a text.
 *
 * @module
 */
import * as grants from "../../src/answer/hints/grant.ts";
import * as unseen from "../../src/answer/hints/cannot_see.ts";
import * as emptyList from "../../src/answer/hints/empty_list.ts";
import * as hintErrors from "../../src/answer/hints/errors.ts";
import * as explain from "../../src/answer/hints/explain_error.ts";
import * as messages from "../../src/answer/hints/messages.ts";
import * as notFound from "../../src/answer/hints/not_found.ts";
import { PveError } from "../../src/pve/errors.ts";
import { ACTION, ATTEMPT, refusal, TOOL, type Works } from "./samples.ts";

/** Functions of src/answer/hints. */
export const HINTS: Works = [
  [emptyList, {
    mayHide: (text) =>
      emptyList.mayHide({ columns: [], rows: [], total: 0 }, {
        action: ACTION,
        args: { [text]: text },
      }),
    noneText: (text) =>
      emptyList.noneText({ action: ACTION, args: { [text]: text }, options: { filter: text } }),
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
    END_UNTOLD: { exempt: "is a pattern" },
    NOT_HOTPLUGGED: { exempt: "is a pattern" },
    hintForMessages: (text) => messages.hintForMessages([text, text]),
  }],
  [notFound, {
    saysMissing: (text) => notFound.saysMissing(refusal(text)),
    notFoundHint: (text) => notFound.notFoundHint(TOOL as never, "get", refusal(text)),
  }],
];
