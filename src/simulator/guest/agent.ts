/**
 * The guest agent of VMs: commands, files, facts about the system inside.
 * Source: PVE::API2::Qemu::Agent.
 *
 * @module
 */
import { MIB } from "../../base/byte_units.ts";
import { isOperation } from "../../pve/api.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { flag, list, named, number, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { type Files, newFiles, runCommand } from "./agent_shell.ts";
import { cpuCount, disksOf, guestName, hasAgent, memoryBytes } from "./config.ts";
import { type GuestHandler, guestHandler } from "./find.ts";
import { addressOf, macsOf } from "./network.ts";
import { stopNow } from "./state.ts";

interface Inside {
  readonly files: Files;
  readonly commands: Map<number, Entry>;
  /** What a command answers, and from when on (seconds since 1970). */
  readonly ready: Map<number, number>;
  frozen: boolean;
}

const insides = new WeakMap<Guest, Inside>();

function insideOf(guest: Guest): Inside {
  const known = insides.get(guest);
  if (known) return known;
  const inside: Inside = {
    files: newFiles(guest),
    commands: new Map(),
    ready: new Map(),
    frozen: false,
  };
  insides.set(guest, inside);
  return inside;
}

function assertAgent(cluster: Cluster, guest: Guest): void {
  if (!hasAgent(guest.config)) throw failed("No QEMU guest agent configured");
  if (guest.status !== "running") throw failed(`VM ${guest.vmid} is not running`);
  if (!guest.agentRuns || cluster.isDeaf(guest) || guest.qmpstatus !== "running") {
    throw failed("QEMU guest agent is not running");
  }
}

function withAgent(handler: GuestHandler): GuestHandler {
  return (cluster, guest, call) => {
    assertAgent(cluster, guest);
    return handler(cluster, guest, call);
  };
}

function exec(cluster: Cluster, guest: Guest, call: Call): Entry {
  const inside = insideOf(guest);
  const command = list(call, "command");
  if (command.length === 0) throw failed("no command given");
  const pid = 1500 + inside.commands.size * 3;
  const { exitcode, out, err } = runCommand(
    guest,
    inside.files,
    command,
    text(call, "input-data") ?? "",
  );
  const seconds = /sleep/.test(command.join(" "))
    ? Number(/\d+/.exec(command.join(" "))?.[0] ?? 1)
    : 0;
  const answer: Entry = { exited: 1, exitcode };
  if (out !== "") answer["out-data"] = out;
  if (err !== "") answer["err-data"] = err;
  inside.commands.set(pid, answer);
  inside.ready.set(pid, cluster.now() + seconds);
  return { pid };
}

function execStatus(cluster: Cluster, guest: Guest, call: Call): Entry {
  const inside = insideOf(guest);
  const pid = number(call, "pid") ?? 0;
  const answer = inside.commands.get(pid);
  if (!answer) throw failed(`Agent error: PID ${pid} does not exist`);
  return (inside.ready.get(pid) ?? 0) > cluster.now() ? { exited: 0 } : answer;
}

function readFile(_cluster: Cluster, guest: Guest, call: Call): Entry {
  const path = named(call, "file");
  const content = insideOf(guest).files.get(path);
  if (content === undefined) {
    throw failed(
      `Agent error: failed to open file '${path}' (mode: 'r'): No such file or directory`,
    );
  }
  const offset = number(call, "offset") ?? 0;
  const count = number(call, "count");
  const part = content.slice(offset, count === undefined ? undefined : offset + count);
  const isCut = offset + part.length < content.length;
  const shown = flag(call, "decode") ?? true ? part : btoa(part);
  return { content: shown, "bytes-read": part.length, ...(isCut ? { truncated: 1 } : {}) };
}

function writeFile(_cluster: Cluster, guest: Guest, call: Call): null {
  const path = named(call, "file");
  if (!path.startsWith("/") || path.endsWith("/")) {
    throw failed(`Agent error: failed to open file '${path}' (mode: 'wb'): Is a directory`);
  }
  const content = named(call, "content");
  const encoded = flag(call, "encode") ?? true;
  if (encoded && /[^\0-\xff]/.test(content)) {
    throw failed("Wide character in subroutine entry at /usr/share/perl5/PVE/API2/Qemu/Agent.pm");
  }
  insideOf(guest).files.set(path, encoded ? content : decode(content));
  return null;
}

function decode(base64: string): string {
  try {
    return atob(base64);
  } catch {
    throw failed("Agent error: Invalid base64 input");
  }
}

function interfaces(_cluster: Cluster, guest: Guest): Entry[] {
  const loopback: Entry = {
    name: "lo",
    "hardware-address": "00:00:00:00:00:00",
    "ip-addresses": [{ "ip-address": "127.0.0.1", "ip-address-type": "ipv4", prefix: 8 }],
  };
  return [
    loopback,
    ...macsOf(guest).map((mac, index) => ({
      name: index === 0 ? "ens18" : `ens${18 + index}`,
      "hardware-address": mac.toLowerCase(),
      "ip-addresses": [
        { "ip-address": addressOf(guest, index), "ip-address-type": "ipv4", prefix: 24 },
      ],
    })),
  ];
}

function fileSystems(_cluster: Cluster, guest: Guest): Entry[] {
  return disksOf("qemu", guest.config).filter((disk) => !disk.cdrom).map((disk, index) => ({
    name: `sd${String.fromCharCode(97 + index)}1`,
    mountpoint: index === 0 ? "/" : `/srv/data${index}`,
    type: "ext4",
    "total-bytes": Math.floor(disk.size * 0.97),
    "used-bytes": Math.floor(disk.size * (0.2 + 0.5 * guest.load)),
    disk: [],
  }));
}

function vcpus(_cluster: Cluster, guest: Guest): Entry[] {
  return Array.from({ length: cpuCount(guest) }, (_, id) => ({
    "logical-id": id,
    online: 1,
    "can-offline": id === 0 ? 0 : 1,
  }));
}

const OS = {
  id: "debian",
  name: "Debian GNU/Linux",
  "pretty-name": "Debian GNU/Linux 13 (trixie)",
  version: "13 (trixie)",
  "version-id": "13",
  "kernel-release": "6.12.57+deb13-amd64",
  machine: "x86_64",
};

function setFrozen(frozen: boolean): GuestHandler {
  return (_cluster, guest) => {
    insideOf(guest).frozen = frozen;
    return disksOf("qemu", guest.config).filter((disk) => !disk.cdrom).length;
  };
}

function end(suspended: boolean): GuestHandler {
  return (cluster, guest) => {
    if (suspended) guest.qmpstatus = "suspended";
    else stopNow(cluster, guest);
    return {};
  };
}

/** What each command answers. */
const COMMANDS: Readonly<Record<string, GuestHandler>> = {
  "fsfreeze-freeze": setFrozen(true),
  "fsfreeze-status": (_cluster, guest) => insideOf(guest).frozen ? "frozen" : "thawed",
  "fsfreeze-thaw": setFrozen(false),
  "fstrim": (_cluster, guest) => ({
    paths: fileSystems(_cluster, guest).map(({ mountpoint }) => ({ path: mountpoint, trimmed: 0 })),
  }),
  "get-fsinfo": fileSystems,
  "get-host-name": (_cluster, guest) => ({ "host-name": guestName(guest) }),
  "get-memory-block-info": () => ({ size: 128 * MIB }),
  "get-memory-blocks": (_cluster, guest) =>
    Array.from({ length: Math.ceil(memoryBytes(guest) / (128 * MIB)) }, (_, index) => ({
      "phys-index": index,
      online: 1,
      "can-offline": 1,
    })),
  "get-osinfo": () => OS,
  "get-time": (cluster) => cluster.now() * 1_000_000_000,
  "get-timezone": () => ({ zone: "UTC", offset: 0 }),
  "get-users": (_cluster, guest) => [{ user: "admin", "login-time": guest.startTime + 300.5 }],
  "get-vcpus": vcpus,
  "info": () => ({ version: "10.0.6", supported_commands: [] }),
  "network-get-interfaces": interfaces,
  "ping": () => ({}),
  "shutdown": end(false),
  "suspend-disk": end(false),
  "suspend-hybrid": end(true),
  "suspend-ram": end(true),
};

function commandHandlers(): Handlers {
  const handlers: Handlers = {};
  for (const [name, command] of Object.entries(COMMANDS)) {
    for (const method of ["GET", "POST"]) {
      const operation = `${method} /nodes/{node}/qemu/{vmid}/agent/${name}`;
      if (!isOperation(operation)) continue;
      handlers[operation] = guestHandler(
        withAgent((cluster, guest, call) => ({ result: command(cluster, guest, call) })),
      );
    }
  }
  return handlers;
}

function anyCommand(cluster: Cluster, guest: Guest, call: Call): Entry {
  return { result: COMMANDS[named(call, "command")]?.(cluster, guest, call) };
}

/** Handlers of the guest agent. */
export const handlers: Handlers = {
  "POST /nodes/{node}/qemu/{vmid}/agent": guestHandler(withAgent(anyCommand)),
  ...commandHandlers(),
  "POST /nodes/{node}/qemu/{vmid}/agent/exec": guestHandler(withAgent(exec)),
  "GET /nodes/{node}/qemu/{vmid}/agent/exec-status": guestHandler(withAgent(execStatus)),
  "GET /nodes/{node}/qemu/{vmid}/agent/file-read": guestHandler(withAgent(readFile)),
  "POST /nodes/{node}/qemu/{vmid}/agent/file-write": guestHandler(withAgent(writeFile)),
  "POST /nodes/{node}/qemu/{vmid}/agent/set-user-password": guestHandler(
    withAgent(() => ({ result: {} })),
  ),
};
