/**
 * /nodes/{node}/services: system services that PVE knows.
 *
 * Table `services/NODE`: states by service that differ from `running`.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handler, Handlers } from "../core/handler.ts";
import { named } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

const SERVICES: Readonly<Record<string, string>> = {
  chrony: "chrony, an NTP client/server",
  corosync: "Corosync Cluster Engine",
  cron: "Regular background program processing daemon",
  ksmtuned: "Kernel Samepage Merging (KSM) Tuning Daemon",
  lxcfs: "FUSE filesystem for LXC",
  postfix: "Postfix Mail Transport Agent (main/default instance)",
  "proxmox-firewall": "Proxmox nftables firewall",
  "pve-cluster": "The Proxmox VE cluster filesystem",
  "pve-firewall": "Proxmox VE firewall",
  "pve-ha-crm": "PVE Cluster HA Resource Manager Daemon",
  "pve-ha-lrm": "PVE Local HA Resource Manager Daemon",
  "pve-lxc-syscalld": "Proxmox VE LXC Syscall Daemon",
  pvedaemon: "PVE API Daemon",
  "pvefw-logger": "Proxmox VE firewall logger",
  pveproxy: "PVE API Proxy Server",
  pvescheduler: "Proxmox VE scheduler",
  pvestatd: "PVE Status Daemon",
  qmeventd: "PVE Qemu Event Daemon",
  spiceproxy: "PVE SPICE Proxy Server",
  sshd: "OpenBSD Secure Shell server",
  syslog: "syslog.service",
  "systemd-journald": "Journal Service",
  "systemd-timesyncd": "Network Time Synchronization",
};

/** Services that are not installed. */
const ABSENT = new Set(["syslog", "systemd-timesyncd"]);
/** Services that must not be stopped through the API, which would then be gone. */
const ESSENTIAL = new Set(["pve-cluster", "pvedaemon", "pveproxy"]);

function states(cluster: Cluster, call: Call): Map<string, Entry> {
  return cluster.table(`services/${named(call, "node")}`);
}

function row(cluster: Cluster, call: Call, service: string): Entry {
  const absent = ABSENT.has(service);
  const stopped = absent || states(cluster, call).has(service);
  return {
    service,
    name: service,
    desc: SERVICES[service] ?? service,
    state: stopped ? "dead" : "running",
    "active-state": stopped ? "inactive" : "active",
    "unit-state": absent ? "not-found" : "enabled",
  };
}

/** Does something to a service by a task. */
function command(verb: "start" | "stop" | "restart" | "reload"): Handler {
  return (cluster, call) => {
    const service = named(call, "service");
    const table = states(cluster, call);
    return cluster.startTask({
      node: named(call, "node"),
      type: `srv${verb}`,
      id: service,
      user: call.user,
      ms: 1500,
      finish: () => {
        if (ABSENT.has(service)) {
          throw failed(
            `command 'systemctl ${verb} ${service}' failed: exit code 5`,
          );
        }
        if (verb === "stop" && ESSENTIAL.has(service)) {
          throw failed(`invalid service cmd '${service} ${verb}': ERROR`);
        }
        if (verb === "reload" && table.has(service)) {
          throw failed(`command 'systemctl reload ${service}' failed: exit code 1`);
        }
        if (verb === "stop") table.set(service, { stopped: true });
        else table.delete(service);
      },
    });
  };
}

/** Handlers of /nodes/{node}/services. */
export const handlers: Handlers = {
  "GET /nodes/{node}/services": (cluster, call) =>
    Object.keys(SERVICES).map((service) => row(cluster, call, service)),
  "GET /nodes/{node}/services/{service}/state": (cluster, call) =>
    row(cluster, call, named(call, "service")),
  "POST /nodes/{node}/services/{service}/start": command("start"),
  "POST /nodes/{node}/services/{service}/stop": command("stop"),
  "POST /nodes/{node}/services/{service}/restart": command("restart"),
  "POST /nodes/{node}/services/{service}/reload": command("reload"),
};
