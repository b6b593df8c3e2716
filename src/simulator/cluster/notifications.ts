/**
 * /cluster/notifications: where PVE sends its messages, and which messages go where.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { mayAny } from "../access/privileges.ts";
import type { Cluster } from "../core/cluster.ts";
import { type Collection, collection } from "../core/collection.ts";
import { type Handler, type Handlers, knownOperations, type Seed } from "../core/handler.ts";
import { named } from "../core/params.ts";
import { ApiError, failed } from "../core/refusal.ts";
import type { Entry, Matcher } from "../core/tables.ts";

const KINDS = ["sendmail", "gotify", "smtp", "webhook"] as const;
/** Secrets that PVE keeps apart and never answers. */
const SECRETS = ["password", "token"];
const SEES = ["Mapping.Modify", "Mapping.Use", "Mapping.Audit"];

/** What PVE brings itself; deleting it brings it back as it was. */
const BUILTIN: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ["mail-to-root", {
    comment: "Send mails to root@pam",
    mailto: [],
    "mailto-user": ["root@pam"],
    origin: "builtin",
  }],
  ["default-matcher", {
    comment: "Route all notifications to mail-to-root",
    mode: "all",
    target: ["mail-to-root"],
    origin: "builtin",
  }],
]);

function endpoints(cluster: Cluster, kind: string): Map<string, Entry> {
  return cluster.table(`notifications.${kind}`);
}

function matchers(cluster: Cluster): Map<string, Matcher> {
  return cluster.table("notifications.matchers");
}

/** The kind of a target, or undefined when there is none of that name. */
function kindOf(cluster: Cluster, name: string): string | undefined {
  return KINDS.find((kind) => endpoints(cluster, kind).has(name));
}

function assertUnique(cluster: Cluster, name: string): void {
  if (kindOf(cluster, name) || matchers(cluster).has(name)) {
    throw new ApiError(400, `Cannot create '${name}', an entity with the same name already exists`);
  }
}

function settleOrigin(entry: Entry, before?: Entry): void {
  entry.origin = !before
    ? "user-created"
    : before.origin === "user-created"
    ? before.origin
    : "modified-builtin";
}

/** Handlers of a kind of endpoint or of the matchers. */
function entity(
  table: string,
  base: string,
  label: string,
  options: Pick<Collection, "prepare" | "release" | "transient" | "shape">,
): Handlers {
  const handlers: Readonly<Record<string, Handler>> = collection({
    table,
    base,
    key: "name",
    digest: "sha256",
    missing: (name) => failed(`${label} '${name}' does not exist`),
    exists: (name) =>
      new ApiError(400, `Cannot create '${name}', an entity with the same name already exists`),
    visible: (name, cluster, call) =>
      mayAny(cluster, call.user, `/mapping/notifications/${name}`, SEES),
    shapeInList: ({ digest: _, ...row }, cluster, call) =>
      options.shape ? options.shape(row, cluster, call) : row,
    ...options,
    prepare: (entry, cluster, call, before) => {
      if (!before) assertUnique(cluster, named(call, "name"));
      settleOrigin(entry, before);
      options.prepare?.(entry, cluster, call, before);
    },
  });
  const deletion = `DELETE ${base}/{name}`;
  return knownOperations({
    ...handlers,
    [deletion]: (cluster, call) => {
      const answer = handlers[deletion]?.(cluster, call);
      const name = named(call, "name");
      const builtin = BUILTIN.get(name);
      if (builtin) cluster.table(table).set(name, structuredClone(builtin));
      return answer;
    },
  });
}

function assertUnreferenced(cluster: Cluster, name: string): void {
  const users = [...matchers(cluster)]
    .filter(([, { target }]) => target?.includes(name))
    .map(([matcher]) => matcher);
  if (users.length > 0 && !BUILTIN.has(name)) {
    throw new ApiError(400, `cannot delete '${name}', referenced by: ${users.join(", ")}`);
  }
}

function endpointHandlers(kind: string): Handlers {
  return entity(`notifications.${kind}`, `/cluster/notifications/endpoints/${kind}`, "endpoint", {
    transient: SECRETS,
    shape: (row) => {
      if (Array.isArray(row.secret)) {
        row.secret = row.secret.map((each) => String(each).replace(/,?value=[^,]*/, ""));
      }
      return row;
    },
    prepare: (entry) => {
      if (kind !== "sendmail" && kind !== "smtp") return;
      entry.mailto ??= [];
      entry["mailto-user"] ??= [];
      const someone = [entry.mailto, entry["mailto-user"]].some((each) =>
        Array.isArray(each) && each.length > 0
      );
      if (!someone) {
        throw new ApiError(
          400,
          "must at least provide one recipient, either in mailto or in mailto-user",
        );
      }
    },
    release: (name, cluster) => assertUnreferenced(cluster, name),
  });
}

function targets(cluster: Cluster): Entry[] {
  return KINDS.flatMap((kind) =>
    [...endpoints(cluster, kind)].map(([name, { comment, disable, origin }]) => ({
      name,
      type: kind,
      origin,
      ...defined({ comment, disable }),
    }))
  );
}

const FIELD_VALUES = ["fencing", "package-updates", "replication", "system-mail", "vzdump"];

/** Handlers of /cluster/notifications. */
export const handlers: Handlers = {
  ...Object.assign({}, ...KINDS.map(endpointHandlers)),
  ...entity("notifications.matchers", "/cluster/notifications/matchers", "matcher", {
    prepare: (entry, cluster) => {
      for (const target of (entry.target ?? []) as string[]) {
        if (!kindOf(cluster, target)) {
          throw new ApiError(404, `endpoint '${target}' does not exist`);
        }
      }
    },
  }),
  "GET /cluster/notifications/targets": (cluster, call) =>
    targets(cluster).filter(({ name }) =>
      mayAny(cluster, call.user, `/mapping/notifications/${name}`, SEES)
    ),
  "POST /cluster/notifications/targets/{name}/test": (cluster, call) => {
    const name = named(call, "name");
    const kind = kindOf(cluster, name);
    if (!kind) throw new ApiError(404, `endpoint '${name}' does not exist`);
    if (kind === "sendmail") return null;
    throw failed(`could not notify via target \`${name}\`: connection refused`);
  },
  "GET /cluster/notifications/matcher-fields": () =>
    ["hostname", "job-id", "type"].map((name) => ({ name })),
  "GET /cluster/notifications/matcher-field-values": (cluster) => [
    ...FIELD_VALUES.map((value) => ({ field: "type", value })),
    ...cluster.nodeNames().map((value) => ({ field: "hostname", value })),
    ...[...cluster.table("backup.jobs")].map(([value, { comment }]) => ({
      field: "job-id",
      value,
      ...defined({ comment }),
    })),
  ],
};

/** PVE's own target and matcher, a mail server and a chat. */
export const seed: Seed = (cluster) => {
  endpoints(cluster, "sendmail").set(
    "mail-to-root",
    structuredClone(BUILTIN.get("mail-to-root") ?? {}),
  );
  matchers(cluster).set("default-matcher", structuredClone(BUILTIN.get("default-matcher") ?? {}));
  endpoints(cluster, "smtp").set("company-mail", {
    server: "mail.example.com",
    port: 587,
    mode: "starttls",
    "from-address": "pve@example.com",
    mailto: ["admins@example.com"],
    "mailto-user": [],
    username: "pve",
    origin: "user-created",
  });
  endpoints(cluster, "webhook").set("chat", {
    url: "https://chat.example.com/hooks/pve",
    method: "post",
    header: ["name=Content-Type,value=YXBwbGljYXRpb24vanNvbg=="],
    origin: "user-created",
  });
  matchers(cluster).set("failures", {
    "match-severity": ["error"],
    target: ["company-mail", "chat"],
    comment: "Errors reach the administrators",
    origin: "user-created",
  });
};
