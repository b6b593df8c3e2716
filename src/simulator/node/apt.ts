/**
 * /nodes/{node}/apt: packages that are installed, newer ones, and where they come from.
 *
 * Table `apt.kernels`: node → {version, at} of a kernel that was installed later than the others.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { assertUnmodified, digestOf } from "../core/digest.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { flag, named, number, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry, Repository, RepositoryFile } from "../core/tables.ts";

const KERNEL_SERIES = "proxmox-kernel-6.17";

/** Packages of PVE with version, and the title that apt shows. */
const PACKAGES: readonly (readonly [string, string, string])[] = [
  ["proxmox-ve", "9.2.0", "Proxmox Virtual Environment"],
  ["pve-manager", "9.2.11", "Proxmox Virtual Environment management tools"],
  ["proxmox-kernel-6.17", "6.17.2-1", "Latest Proxmox kernel image"],
  ["ceph", "19.2.3-pve2", "Distributed storage and file system"],
  ["corosync", "3.1.9-pve2", "Cluster engine daemon and utilities"],
  ["libpve-access-control", "9.1.1", "Proxmox VE access control library"],
  ["libpve-storage-perl", "9.1.7", "Proxmox VE storage management library"],
  ["lxc-pve", "6.0.5-3", "Linux containers userspace tools"],
  ["pve-cluster", "9.1.6", "Cluster infrastructure for Proxmox VE"],
  ["pve-container", "6.1.10", "Proxmox VE container management"],
  ["pve-firewall", "6.0.4", "Proxmox VE firewall"],
  ["pve-ha-manager", "5.2.0", "Proxmox VE HA manager"],
  ["pve-qemu-kvm", "10.1.2-4", "Full virtualization on x86 hardware"],
  ["qemu-server", "9.2.6", "QEMU server tools"],
  ["zfsutils-linux", "2.3.4-pve1", "Command-line tools to manage OpenZFS filesystems"],
];

/** Updates that wait: package, newer version, origin. */
const UPDATES: readonly (readonly [string, string])[] = [
  ["pve-manager", "9.2.12"],
  ["pve-qemu-kvm", "10.1.2-5"],
  ["qemu-server", "9.2.7"],
];

const STANDARD: Readonly<Record<string, string>> = {
  enterprise: "Enterprise",
  "no-subscription": "No-Subscription",
  test: "Test",
};

function describe([name, version, title]: readonly [string, string, string]): Entry {
  return {
    Package: name,
    Title: title,
    Description: title,
    Version: version,
    Arch: "amd64",
    Origin: "Proxmox",
    Priority: "optional",
    Section: "admin",
  };
}

/** The kernel's package of a series, in the version that was there at a time. */
function kernelAt(cluster: Cluster, node: string, time: number): string {
  const [, first = ""] = PACKAGES.find(([name]) => name === KERNEL_SERIES) ?? [];
  const newer = cluster.table("apt.kernels").get(node);
  return newer && Number(newer.at) <= time ? String(newer.version) : first;
}

/** Packages with their versions; a kernel runs from the start of the node after it came. */
function versions(cluster: Cluster, call: Call): Entry[] {
  const node = named(call, "node");
  const kernel = kernelAt(cluster, node, cluster.now());
  const running = kernelAt(cluster, node, cluster.nodes.get(node)?.bootTime ?? 0);
  const own = [`proxmox-kernel-${kernel}-pve-signed`, kernel, "Proxmox Kernel Image"] as const;
  return [...PACKAGES, own].map(([name, version, title]) => {
    const installed = name === KERNEL_SERIES ? kernel : version;
    return {
      ...describe([name, installed, title]),
      OldVersion: installed,
      CurrentState: "Installed",
      ...(name === "pve-manager" ? { ManagerVersion: "9.2.11/14a22df35955d97d" } : {}),
      ...(name === "proxmox-ve" ? { RunningKernel: `${running}-pve` } : {}),
    };
  });
}

/** Updates of a node; the list is as old as the last refresh. */
function updates(cluster: Cluster, call: Call): Entry[] {
  if (!cluster.table("apt.refreshed").has(named(call, "node"))) return [];
  return UPDATES.flatMap(([name, version]) => {
    const known = PACKAGES.find(([each]) => each === name);
    return known ? [{ ...describe(known), Version: version, OldVersion: known[1] }] : [];
  });
}

function repositoryFiles(cluster: Cluster, call: Call): Map<string, RepositoryFile> {
  return cluster.table(`apt.repositories/${named(call, "node")}`);
}

function repositories(cluster: Cluster, call: Call): Entry {
  const files = repositoryFiles(cluster, call);
  const all = [...files.values()].flatMap(({ repositories }) => repositories);
  return {
    digest: digestOf([...files], "sha256"),
    errors: [],
    infos: [],
    files: [...files].map(([path, file]) => ({
      path,
      "file-type": "sources",
      digest: [],
      ...file,
    })),
    "standard-repos": Object.entries(STANDARD).map(([handle, name]) => {
      const component = handle === "enterprise" ? "pve-enterprise" : `pve-${handle}`;
      const known = all.find(({ Components }) => Components.includes(component));
      return { handle, name, ...defined({ status: known && Number(known.Enabled) }) };
    }),
  };
}

function repository(component: string): Repository {
  const host = component === "pve-enterprise" ? "enterprise" : "download";
  return {
    Types: ["deb"],
    URIs: [`https://${host}.proxmox.com/debian/pve`],
    Suites: ["trixie"],
    Components: [component],
    Enabled: 1,
    FileType: "sources",
  };
}

function assertRepositories(cluster: Cluster, call: Call): void {
  assertUnmodified(digestOf([...repositoryFiles(cluster, call)], "sha256"), text(call, "digest"));
}

/** Handlers of /nodes/{node}/apt. */
export const handlers: Handlers = {
  "GET /nodes/{node}/apt/versions": versions,
  "GET /nodes/{node}/apt/update": updates,
  "POST /nodes/{node}/apt/update": (cluster, call) => {
    const node = named(call, "node");
    return cluster.startTask({
      node,
      type: "aptupdate",
      id: "",
      user: call.user,
      ms: 6000,
      log: [
        "starting apt-get update",
        "Hit:1 https://enterprise.proxmox.com/debian/pve trixie InRelease",
        "Reading package lists...",
      ],
      finish: () => {
        cluster.table("apt.refreshed").set(node, { at: cluster.now() });
      },
    });
  },
  "GET /nodes/{node}/apt/changelog": (_cluster, call) => {
    const name = named(call, "name");
    const known = PACKAGES.find(([each]) => each === name);
    if (!known) throw failed(`unable to find package '${name}'`);
    const version = text(call, "version") ?? known[1];
    return `${name} (${version}) trixie; urgency=medium\n\n  * maintenance release\n\n` +
      " -- Proxmox Support Team <support@proxmox.com>\n";
  },
  "GET /nodes/{node}/apt/repositories": repositories,
  "POST /nodes/{node}/apt/repositories": (cluster, call) => {
    assertRepositories(cluster, call);
    const path = named(call, "path");
    const index = number(call, "index") ?? 0;
    const file = repositoryFiles(cluster, call).get(path);
    if (!file) throw failed(`invalid path "${path}"`);
    const entry = file.repositories[index];
    if (!entry) throw failed(`invalid index - ${index}`);
    entry.Enabled = Number(flag(call, "enabled") ?? entry.Enabled);
    return null;
  },
  "PUT /nodes/{node}/apt/repositories": (cluster, call) => {
    assertRepositories(cluster, call);
    const handle = named(call, "handle");
    if (!Object.hasOwn(STANDARD, handle)) throw failed(`unknown repository handle '${handle}'`);
    const component = handle === "enterprise" ? "pve-enterprise" : `pve-${handle}`;
    const files = repositoryFiles(cluster, call);
    const path = handle === "enterprise"
      ? "/etc/apt/sources.list.d/pve-enterprise.sources"
      : "/etc/apt/sources.list.d/proxmox.sources";
    const file = files.get(path) ?? { repositories: [] };
    const known = file.repositories.find(({ Components }) => Components.includes(component));
    if (known) known.Enabled = 1;
    else file.repositories.push(repository(component));
    files.set(path, file);
    return null;
  },
};

/** Enterprise packages on all nodes. */
export const seed: Seed = (cluster) => {
  for (const node of cluster.nodeNames()) {
    cluster.table(`apt.repositories/${node}`).set(
      "/etc/apt/sources.list.d/pve-enterprise.sources",
      {
        repositories: [repository("pve-enterprise")],
      },
    );
    cluster.table("apt.refreshed").set(node, { at: cluster.now() });
  }
};
