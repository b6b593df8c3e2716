/**
 * /cluster/ha/resources: which guests HA keeps running. HA groups are gone since PVE 9.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import type { Handler, Handlers, Seed } from "../core/handler.ts";
import { flag, named, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { shortType, sidOf as sidOfGuest } from "../guest/names.ts";
import { blockersOn, enforceState, requestMove } from "./manager.ts";
import { callSid, guestOf, purgeFromRules, resourcesOf, sidOf } from "./services.ts";

/** Refuses a group before anything else, as PVE does before it takes its lock. */
function withoutGroup(handler: Handler | undefined): Handler {
  return (cluster, call) => {
    if (call.params.group !== undefined) {
      throw failed("invalid parameter 'group': ha groups have been migrated to rules");
    }
    return handler?.(cluster, call);
  };
}

/** Why there is no guest for a resource: none has the number, or one of the other type has. */
function absence(cluster: Cluster, sid: string): string {
  const [kind, vmid] = sid.split(":");
  return cluster.guests.has(Number(vmid))
    ? `resource '${sid}' - guest with ID ${vmid} is not a ${kind === "ct" ? "container" : "VM"}`
    : `resource '${sid}' does not exist in cluster`;
}

function assertManaged(cluster: Cluster, sid: string): void {
  if (!resourcesOf(cluster).has(sid)) throw failed(`resource '${sid}' is not HA managed`);
}

/** Handlers of /cluster/ha/resources, groups included. */
export const haResources: Handlers = {
  ...collection({
    table: "ha.resources",
    base: "/cluster/ha/resources",
    key: "sid",
    name: callSid,
    missing: (sid, method) =>
      failed(
        method === "DELETE"
          ? `cannot delete service '${sid}', not HA managed!`
          : `no such resource '${sid}'`,
      ),
    exists: (sid) => failed(`create resource failed: resource ID '${sid}' already defined`),
    steps: { PUT: "update resource failed" },
    visible: (_sid, _cluster, call, entry) => {
      const type = text(call, "type");
      return type === undefined || entry.type === type;
    },
    prepare: (entry, cluster, call, before) => {
      const sid = callSid(cluster, call);
      const type = sid.split(":")[0] ?? "";
      if (entry.type !== undefined && entry.type !== type) throw failed("types does not match");
      if (!before && !guestOf(cluster, sid)) {
        throw failed(absence(cluster, sid));
      }
      entry.type = type;
      entry.state ??= "started";
      // What is in error stays so until it is disabled.
      if (entry.state === "disabled") cluster.table("ha.failed").delete(sid);
      enforceState(cluster, sid);
    },
    release: (sid, cluster, call) => {
      cluster.table("ha.failed").delete(sid);
      if (flag(call, "purge") ?? true) purgeFromRules(cluster, sid);
    },
  }),
};

/** Moves a guest to another node: running as it is, or stopped and started there. */
function move(online: boolean): Handler {
  return (cluster: Cluster, call: Call): Entry => {
    const sid = callSid(cluster, call);
    const node = named(call, "node");
    assertManaged(cluster, sid);
    const guest = guestOf(cluster, sid);
    const blockers = blockersOn(cluster, sid, node);
    const answer = { sid: sidOf(cluster, sid), "requested-node": node };
    if (blockers.length > 0) {
      const blocking = blockers.map((each) => ({ sid: each, cause: "resource-affinity" }));
      return { ...answer, "blocking-resources": blocking };
    }
    if (guest && guest.node !== node) requestMove(cluster, sid, node, online);
    return answer;
  };
}

const refuseGroups = (what: string): Handler => () => {
  throw failed(`cannot ${what}: ha groups have been migrated to rules`);
};

/** Handlers of /cluster/ha/resources and of the groups that are no more. */
export const handlers: Handlers = {
  ...haResources,
  "POST /cluster/ha/resources": withoutGroup(haResources["POST /cluster/ha/resources"]),
  "PUT /cluster/ha/resources/{sid}": withoutGroup(haResources["PUT /cluster/ha/resources/{sid}"]),
  "POST /cluster/ha/resources/{sid}/migrate": move(true),
  "POST /cluster/ha/resources/{sid}/relocate": move(false),
  "GET /cluster/ha/groups": refuseGroups("index groups"),
  "GET /cluster/ha/groups/{group}": refuseGroups("read group"),
  "POST /cluster/ha/groups": refuseGroups("create group"),
  "PUT /cluster/ha/groups/{group}": refuseGroups("update group"),
  "DELETE /cluster/ha/groups/{group}": refuseGroups("delete group"),
};

/** The first two running guests are under HA. */
export const seed: Seed = (cluster) => {
  for (const guest of cluster.sortedGuests()) {
    if (guest.status !== "running") continue;
    const type = shortType(guest.type);
    resourcesOf(cluster).set(sidOfGuest(guest), { type, state: "started", max_restart: 2 });
    if (resourcesOf(cluster).size === 2) return;
  }
};
