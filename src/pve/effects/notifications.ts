/**
 * Effects on notifications: their targets, and the matchers that choose among them.
 *
 * @module
 */
import { deletion } from "./deletion.ts";
import type { ChangeOperation, Effect, EffectTable, ReadOperation } from "./effect.ts";
import {
  altered,
  clearableSettings,
  cleared,
  replaced,
  type Rule,
  shortened,
  turnedOn,
} from "./settings.ts";

const NEW_TARGET = { nothing: "a new target; PVE refuses the name of another" } as const;
const DISABLE = turnedOn("off, what only goes there is no longer sent");
const ELSEWHERE = replaced("where it sends now");
const TRIVIAL = ["author", "origin"];

function target<const Name extends string>(
  now: ReadOperation,
  rules: Readonly<Record<Name, Rule>>,
): readonly Effect<Name | "disable" | "delete">[] {
  return [clearableSettings<Name | "disable">({
    of: "notification target {name}",
    now,
    trivial: TRIVIAL,
    rules: { ...rules, disable: DISABLE } as Readonly<Record<Name | "disable", Rule>>,
  })];
}

function deleted(now: ReadOperation, shows: readonly string[]): readonly Effect<never>[] {
  return [deletion({
    what: "notification target {name}",
    loses: "what only goes there is no longer sent",
    now,
    shows,
  })];
}

const GOTIFY = "GET /cluster/notifications/endpoints/gotify/{name}";
const SENDMAIL = "GET /cluster/notifications/endpoints/sendmail/{name}";
const SMTP = "GET /cluster/notifications/endpoints/smtp/{name}";
const WEBHOOK = "GET /cluster/notifications/endpoints/webhook/{name}";
const MAIL = {
  mailto: shortened("addresses"),
  "mailto-user": shortened("users"),
} as const;
const NARROWED = "what it matches now";

/** Another condition leaves out some of what the present one matches; none leaves out nothing. */
const narrowedBy: Rule = (change) =>
  change.after === undefined ? undefined : altered(NARROWED)(change);

/** Effects on who is told. */
export const notificationEffects = {
  "POST /cluster/notifications/endpoints/gotify": NEW_TARGET,
  "PUT /cluster/notifications/endpoints/gotify/{name}": target(GOTIFY, { server: ELSEWHERE }),
  "DELETE /cluster/notifications/endpoints/gotify/{name}": deleted(GOTIFY, ["server"]),
  "POST /cluster/notifications/endpoints/sendmail": NEW_TARGET,
  "PUT /cluster/notifications/endpoints/sendmail/{name}": target(SENDMAIL, MAIL),
  "DELETE /cluster/notifications/endpoints/sendmail/{name}": deleted(SENDMAIL, [
    "mailto",
    "mailto-user",
  ]),
  "POST /cluster/notifications/endpoints/smtp": NEW_TARGET,
  "PUT /cluster/notifications/endpoints/smtp/{name}": target(SMTP, {
    ...MAIL,
    server: ELSEWHERE,
    port: ELSEWHERE,
    username: ELSEWHERE,
    mode: altered("encryption as it is now", { byDefault: "tls" }),
    password: cleared("password to send with"),
  }),
  "DELETE /cluster/notifications/endpoints/smtp/{name}": deleted(SMTP, [
    "server",
    "mailto",
    "mailto-user",
  ]),
  "POST /cluster/notifications/endpoints/webhook": NEW_TARGET,
  "PUT /cluster/notifications/endpoints/webhook/{name}": target(WEBHOOK, {
    url: ELSEWHERE,
    method: ELSEWHERE,
    secret: cleared("secrets to send with"),
  }),
  "DELETE /cluster/notifications/endpoints/webhook/{name}": deleted(WEBHOOK, ["url"]),

  "POST /cluster/notifications/matchers": { nothing: "a new matcher only sends more" },
  "PUT /cluster/notifications/matchers/{name}": [clearableSettings({
    of: "notification matcher {name}",
    now: "GET /cluster/notifications/matchers/{name}",
    trivial: TRIVIAL,
    rules: {
      disable: turnedOn("off, what it matches is no longer sent"),
      target: shortened("targets"),
      mode: altered(NARROWED, { byDefault: "all" }),
      "invert-match": altered(NARROWED, { byDefault: "0" }),
      "match-calendar": narrowedBy,
      "match-field": narrowedBy,
      "match-severity": narrowedBy,
    },
  })],
  "DELETE /cluster/notifications/matchers/{name}": [deletion({
    what: "notification matcher {name}",
    loses: "what it matches is no longer sent",
    now: "GET /cluster/notifications/matchers/{name}",
    shows: ["target", "match-severity", "match-field", "match-calendar"],
  })],
  "POST /cluster/notifications/targets/{name}/test": { nothing: "sends a message" },
} satisfies EffectTable<Extract<ChangeOperation, `${string} /cluster/notifications${string}`>>;
