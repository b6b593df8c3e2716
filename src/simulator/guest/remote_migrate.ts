/**
 * Migration of guests to other clusters. Sources: PVE::API2::Qemu, PVE::API2::LXC,
 * PVE::QemuMigrate, PVE::LXC::Migrate.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { parsePropertyString } from "../../pve/formats/formats.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { flag, named, number } from "../core/params.ts";
import { ApiError, failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { addressOf } from "../node/addresses.ts";
import { askRemote, connectRemote, type Remote } from "../request/remote.ts";
import { splitVolid } from "../storage/storages.ts";
import { isNetKey, propertiesOf } from "./config.ts";
import { assertUnlocked, guestHandlers, guestTask } from "./find.ts";
import { removeGuest } from "./lifecycle.ts";
import { aborted, dated } from "./migration_log.ts";
import { receive } from "./mtunnel.ts";
import { mapped, type NameMap, parseMap } from "./name_map.ts";
import { kindOf } from "./names.ts";
import { arrivalsOf, copyFirewall, departing, foundLines, volumesOf } from "./remote_load.ts";
import { isReplicated, remoteObstacle, tooOld } from "./remote_obstacles.ts";
import { isHaManaged } from "./rows.ts";
import { startNow, stopNow } from "./state.ts";

/** What is refused before anything is asked of the other cluster. */
function assertMovable(cluster: Cluster, guest: Guest, call: Call): void {
  assertUnlocked(guest);
  const isVm = guest.type === "qemu";
  if (!isVm) assertNamesWay(guest, call);
  if (isHaManaged(cluster, guest)) {
    throw invalid({ vmid: `cannot migrate HA-managed ${kindOf(guest.type)} to remote cluster` });
  }
  if (!isVm) return;
  if (isReplicated(cluster, guest)) throw failed("cannot remote-migrate replicated VM");
  assertNamesWay(guest, call);
}

/** Refuses a guest that runs, unless the call says how it is to move. */
function assertNamesWay({ status, type }: Guest, call: Call): void {
  if (status !== "running" || flag(call, "online")) return;
  if (type === "qemu") throw failed("can't migrate running VM without --online");
  if (flag(call, "restart")) return;
  throw failed("can't migrate running container without --online or --restart");
}

/** The end of a migration that went through: who runs where, and what is left here. */
function settle(cluster: Cluster, guest: Guest, call: Call, to: Cluster, arrived: Guest): string[] {
  const wasRunning = guest.status === "running";
  const { qmpstatus } = guest;
  if (wasRunning) stopNow(cluster, guest);
  delete arrived.config.lock;
  const lines: string[] = [];
  if (wasRunning) {
    startNow(to, arrived);
    arrived.qmpstatus = qmpstatus;
    if (guest.type === "lxc") lines.push("start container on target node");
  }
  if (flag(call, "delete")) removeGuest(cluster, guest);
  return lines;
}

function remoteMigrate(cluster: Cluster, guest: Guest, call: Call): string {
  assertMovable(cluster, guest, call);
  const { host = "", port, apitoken = "", fingerprint } = parsePropertyString(
    "proxmox-remote",
    named(call, "target-endpoint"),
  );
  const storages = parseMap(call, "target-storage", "storage");
  const bridges = parseMap(call, "target-bridge", "bridge");
  if (storages.identity) throw failed("remote migration requires explicit storage mapping!");
  const remote = connectRemote(cluster, {
    host,
    apitoken,
    ...defined({ port, fingerprint }),
  });
  askRemote(remote, "GET /cluster/status", {});
  const vmid = number(call, "target-vmid") ?? guest.vmid;
  return startMigration(cluster, guest, call, remote, { vmid, storages, bridges });
}

/** How a guest arrives. */
interface Plan {
  readonly vmid: number;
  readonly storages: NameMap;
  readonly bridges: NameMap;
}

/** Opens the tunnel; the guest that waits at its end, and the task that keeps it. */
function openTunnel(
  guest: Guest,
  { cluster, node, user }: Remote,
  { vmid, storages, bridges }: Plan,
): { arrived: Guest; upid: string } {
  const cards = Object.entries(guest.config).filter(([key]) => isNetKey(key))
    .map(([key, value]) => propertiesOf(guest.type, key, String(value)).bridge)
    .filter((bridge) => bridge !== undefined);
  const unique = (names: string[]): string => [...new Set(names)].join(",");
  const { upid } = askRemote(
    { cluster, node, user },
    `POST /nodes/{node}/${guest.type}/{vmid}/mtunnel`,
    { node, vmid: String(vmid) },
    {
      storages: unique(
        volumesOf(guest).map(([, volid]) => mapped(storages, splitVolid(volid).storage)),
      ),
      bridges: unique(cards.map((bridge) => mapped(bridges, bridge))),
    },
  ) as Entry;
  const arrived = cluster.guests.get(vmid);
  if (!arrived) throw new TypeError("Cannot migrate to a tunnel without a guest");
  return { arrived, upid: String(upid) };
}

/** Runs `work`; a refusal becomes the failure of the migration, whose reason its log tells. */
function orAbort<T>(cluster: Cluster, lines: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw aborted(cluster, { error: error.message, lines });
  }
}

function startMigration(
  cluster: Cluster,
  guest: Guest,
  call: Call,
  remote: Remote,
  plan: Plan,
): string {
  const kind = kindOf(guest.type);
  const task = { type: guest.type === "qemu" ? "qmigrate" : "vzmigrate" };
  let tunnel: ReturnType<typeof openTunnel>;
  try {
    if (guest.type === "lxc" && guest.status === "running" && flag(call, "online")) {
      throw failed("lxc live migration is currently not implemented");
    }
    tunnel = openTunnel(guest, remote, plan);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const finish = (): never => {
      throw aborted(cluster, { error: error.message, lines: [] });
    };
    return guestTask(cluster, guest, call, { ...task, ms: 1_000, finish });
  }
  const { arrived, upid } = tunnel;
  const other = remote.cluster;
  const closeTunnel = (lines: readonly string[]): void => {
    const work = other.tasks.get(upid);
    if (work) other.tasks.complete(work, [...lines, "mtunnel exited"]);
  };
  const found = remoteObstacle(cluster, guest, remote.node);
  guest.config.lock = "migrate";
  const ms = found ? 1_000 : 6_000;
  // Who looks at the other cluster finds what has happened there by then.
  other.later(ms, () => cluster.tasks.settle());
  return guestTask(cluster, guest, call, {
    ...task,
    ms,
    log: dated(cluster, [
      `remote: started tunnel worker '${upid}'`,
      "local WS tunnel version: 2",
      "remote WS tunnel version: 2",
      "minimum required WS tunnel version: 2",
      "websocket tunnel started",
      `starting migration of ${kind} ${guest.vmid} to node '${remote.node}' ` +
      `(${addressOf(other, remote.node)})`,
      ...(found ? [] : foundLines(cluster, guest)),
    ]),
    undo: () => {
      delete guest.config.lock;
      if (other.guests.get(plan.vmid) === arrived) removeGuest(other, arrived);
      closeTunnel(["received command 'quit'", "freeing volumes as part of cleanup"]);
    },
    finish: () => {
      if (found) throw aborted(cluster, found);
      const { config, lines } = departing(guest, plan.bridges);
      const old = tooOld(cluster, guest, remote);
      const moved = orAbort(cluster, lines, () => {
        const volids = receive(
          other,
          arrived,
          remote.user,
          config,
          arrivalsOf(cluster, guest, plan.storages),
        );
        if (old !== undefined) throw failed(old);
        copyFirewall(cluster, guest, other, plan.vmid);
        return volids;
      });
      const volumes = volumesOf(guest)
        .map(([key, volid]) => `volume '${volid}' is '${moved.get(key)}' on the target`);
      other.beforeChange();
      const ended = orAbort(cluster, [], () => settle(cluster, guest, call, other, arrived));
      closeTunnel(["received command 'config'", "received command 'unlock'"]);
      return dated(cluster, [
        ...lines,
        ...volumes,
        ...ended,
        "migration finished successfully (duration 00:00:06)",
      ]);
    },
  });
}

/** Handlers of migration to other clusters. */
export const handlers: Handlers = guestHandlers(
  "POST /nodes/{node}/{type}/{vmid}/remote_migrate",
  remoteMigrate,
);
