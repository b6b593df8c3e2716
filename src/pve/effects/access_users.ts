/**
 * Effects on users: their log-in, tokens, passwords and second factors.
 *
 * @module
 */
import { splitList } from "../split_list.ts";
import { deletion } from "./deletion.ts";
import {
  always,
  type ChangeOperation,
  type Effect,
  type EffectTable,
  isOn,
  whenOn,
} from "./effect.ts";
import { listText, missing } from "./lists.ts";
import { readNamed, type Row } from "./read.ts";
import {
  clearableSettings,
  endsEarlier,
  replaced,
  settings,
  turnedOff,
  turnedOn,
} from "./settings.ts";
import { goneText, UNREAD, valueText } from "./words.ts";

function userText(user: Row): string {
  const groups = splitList(valueText(user.groups));
  const tokens = Object.keys(user.tokens ?? {});
  return [
    isOn(user.enable) ? "" : "disabled",
    groups.length > 0 ? `groups ${listText(groups)}` : "",
    tokens.length > 0 ? `tokens ${listText(tokens)}` : "",
  ].filter((part) => part !== "").join("; ");
}

/** Groups that a user leaves: a list takes the place of the present ones unless it is appended. */
const leftGroups: Effect<"groups" | "append"> = {
  takes: "what groups that are not named let the user do",
  by: ["groups", "append"],
  ofGuests: false,
  judge: async (args, state) => {
    if (args.groups === undefined || isOn(args.append)) return [];
    const user = await readNamed(state, "GET /access/users/{userid}", args);
    const kept = splitList(valueText(args.groups));
    const all = splitList(valueText(user?.groups));
    const gone = missing(all, kept);
    if (user !== undefined && gone.length === 0) return [];
    const what = user === undefined
      ? `groups other than ${listText(kept) || "none"}, ${UNREAD}`
      : goneText(gone, all.length, "groups");
    return [{ what: `user ${args.userid}: what they may do by ${what}`, guests: [] }];
  },
};

/** Effects on users and how they log in. */
export const userEffects = {
  "POST /access/users": { nothing: "a new user; PVE refuses the name of another" },
  "PUT /access/users/{userid}": [
    settings({
      of: "user {userid}",
      now: "GET /access/users/{userid}",
      rules: {
        enable: turnedOff("access, that of all its tokens too", true),
        expire: endsEarlier("access, that of all its tokens too,"),
        keys: replaced("keys of the second factor"),
      },
    }),
    leftGroups,
  ],
  "DELETE /access/users/{userid}": [deletion({
    what: "user {userid}",
    loses: "access, tokens, second factors and permissions of it",
    now: "GET /access/users/{userid}",
    shows: userText,
  })],
  "PUT /access/users/{userid}/unlock-tfa": { nothing: "lets the user log in again" },

  "POST /access/users/{userid}/token/{tokenid}": {
    nothing: "a new token; PVE refuses the name of another",
  },
  "PUT /access/users/{userid}/token/{tokenid}": [
    whenOn(
      "regenerate",
      "the present secret of token {userid}!{tokenid}: what uses it stops working",
    ),
    clearableSettings({
      of: "token {userid}!{tokenid}",
      now: "GET /access/users/{userid}/token/{tokenid}",
      rules: {
        privsep: turnedOn("what only the user of the token may do, not the token itself", true),
        expire: endsEarlier("access"),
      },
    }),
  ],
  "DELETE /access/users/{userid}/token/{tokenid}": [deletion({
    what: "token {userid}!{tokenid}",
    loses: "what uses it stops working",
    now: "GET /access/users/{userid}/token/{tokenid}",
    shows: ["comment", "expire"],
  })],

  "PUT /access/password": [always("the present password of user {userid}")],
  "POST /access/tfa/{userid}": { nothing: "a further second factor" },
  "PUT /access/tfa/{userid}/{id}": [settings({
    of: "second factor {id} of {userid}",
    now: "GET /access/tfa/{userid}/{id}",
    rules: { enable: turnedOff("off, log-in no longer asks for it", true) },
  })],
  "DELETE /access/tfa/{userid}/{id}": [deletion({
    what: "second factor {id} of {userid}",
    loses: "log-in no longer asks for it",
    now: "GET /access/tfa/{userid}/{id}",
    shows: ["type", "description"],
  })],

  "POST /access/ticket": { nothing: "a ticket" },
  "POST /access/vncticket": { nothing: "only checks a ticket" },
  "POST /access/openid/auth-url": { nothing: "an address to log in at" },
  "POST /access/openid/login": { nothing: "a ticket; a new user at the most" },
} satisfies EffectTable<
  Extract<
    ChangeOperation,
    `${string} /access/${"users" | "tfa" | "password" | "ticket" | "vncticket" | "openid"}${string}`
  >
>;
