/**
 * Consoles of guests and nodes: tickets for VNC, terminals and SPICE.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handler, Handlers } from "../core/handler.ts";
import { flag, named } from "../core/params.ts";
import { hexText } from "../core/random.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { guestHandler, guestHandlers, guestOf } from "./find.ts";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
/** How long a console waits for its viewer. */
const WAIT_MS = 10_000;

function ticket(cluster: Cluster): string {
  const time = cluster.now().toString(16).toUpperCase();
  return `PVEVNC:${time}::${btoa(hexText(cluster.random, 64))}`;
}

/** A task that waits for somebody to connect, and fails when nobody does. */
function waitForViewer(cluster: Cluster, call: Call, type: string): string {
  return cluster.startTask({
    node: named(call, "node"),
    type,
    id: call.path["vmid"] ?? "",
    user: call.user,
    ms: WAIT_MS,
    finish: () => {
      throw failed("connection timed out");
    },
  });
}

/** Consoles opened so far, by cluster. */
const opened = new WeakMap<Cluster, number>();

function nextPort(cluster: Cluster): number {
  const count = opened.get(cluster) ?? 0;
  opened.set(cluster, count + 1);
  return 5900 + count % 100;
}

function vnc(type: string): Handler {
  return (cluster, call) => {
    const answer: Entry = {
      user: call.user,
      ticket: ticket(cluster),
      cert: CERTIFICATE,
      port: nextPort(cluster),
      upid: waitForViewer(cluster, call, type),
    };
    if (flag(call, "generate-password")) answer.password = hexText(cluster.random, 8);
    return answer;
  };
}

function terminal(type: string): Handler {
  return (cluster, call) => ({
    user: call.user,
    ticket: ticket(cluster),
    port: nextPort(cluster),
    upid: waitForViewer(cluster, call, type),
  });
}

function spice(cluster: Cluster, call: Call): Entry {
  const node = named(call, "node");
  return {
    type: "spice",
    title: call.path["vmid"] === undefined ? `Shell on '${node}'` : `VM ${call.path["vmid"]}`,
    host: `pvespiceproxy:${hexText(cluster.random, 16)}:${node}::${hexText(cluster.random, 40)}`,
    proxy: `http://${named(call, "proxy") || node}:3128`,
    password: hexText(cluster.random, 12),
    "tls-port": 61000,
    "toggle-fullscreen": "Shift+F11",
    "release-cursor": "Ctrl+Alt+R",
    "secure-attention": "Ctrl+Alt+Ins",
    "delete-this-file": 1,
    ca: CERTIFICATE.replaceAll("\n", "\\n"),
  };
}

function ofGuest(
  handler: Handler,
): (cluster: Cluster, guest: unknown, call: Call) => unknown {
  return (cluster, _guest, call) => handler(cluster, call);
}

function qemuSpice(cluster: Cluster, call: Call): Entry {
  const guest = guestOf(cluster, call);
  if (guest.status !== "running") throw failed(`VM ${guest.vmid} not running`);
  if (!String(guest.config.vga ?? "").includes("qxl")) throw failed("no spice port");
  return spice(cluster, call);
}

/** Handlers of consoles. */
export const handlers: Handlers = {
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/vncproxy", ofGuest(vnc("vncproxy"))),
  ...guestHandlers("POST /nodes/{node}/{type}/{vmid}/termproxy", ofGuest(terminal("vncproxy"))),
  "POST /nodes/{node}/qemu/{vmid}/spiceproxy": qemuSpice,
  "POST /nodes/{node}/lxc/{vmid}/spiceproxy": guestHandler(ofGuest(spice)),
  "POST /nodes/{node}/vncshell": vnc("vncshell"),
  "POST /nodes/{node}/termproxy": terminal("vncshell"),
  "POST /nodes/{node}/spiceshell": spice,
};
