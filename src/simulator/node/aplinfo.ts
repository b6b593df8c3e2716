/**
 * /nodes/{node}/aplinfo: container templates that can be downloaded, and lookups of downloads.
 *
 * @module
 */
import { MIB } from "../../base/byte_units.ts";
import { splitList } from "../../pve/split_list.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { digestOf } from "../core/digest.ts";
import type { Handlers } from "../core/handler.ts";
import { named } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

interface Template {
  readonly name: string;
  readonly os: string;
  readonly version: string;
  readonly section: "system" | "turnkeylinux" | "mail";
  readonly headline: string;
  /** MiB. */
  readonly size: number;
}

const TEMPLATES: readonly Template[] = [
  template("alpine-3.22-default_20250617_amd64.tar.xz", "alpine", "20250617", "Alpine 3.22", 4),
  template("archlinux-base_20250814-1_amd64.tar.zst", "archlinux", "20250814-1", "Arch Linux", 180),
  template("debian-12-standard_12.12-1_amd64.tar.zst", "debian-12", "12.12-1", "Debian 12", 120),
  template("debian-13-standard_13.1-2_amd64.tar.zst", "debian-13", "13.1-2", "Debian 13", 124),
  template("fedora-42-default_20250428_amd64.tar.xz", "fedora", "20250428", "Fedora 42", 110),
  template(
    "rockylinux-10-default_20251001_amd64.tar.xz",
    "centos",
    "20251001",
    "Rocky Linux 10",
    112,
  ),
  template(
    "ubuntu-24.04-standard_24.04-2_amd64.tar.zst",
    "ubuntu-24.04",
    "24.04-2",
    "Ubuntu 24.04",
    135,
  ),
  {
    name: "debian-12-turnkey-wordpress_18.2-1_amd64.tar.gz",
    os: "debian-12",
    version: "18.2-1",
    section: "turnkeylinux",
    headline: "TurnKey WordPress",
    size: 410,
  },
];

function template(
  name: string,
  os: string,
  version: string,
  headline: string,
  size: number,
): Template {
  return {
    name,
    os,
    version,
    section: "system",
    headline: `LXC default image for ${headline}`,
    size,
  };
}

function row({ name, os, version, section, headline }: Template): Entry {
  return {
    template: name,
    package: name.split("_")[0],
    type: "lxc",
    os,
    version,
    section,
    headline,
    architecture: "amd64",
    description: headline,
    infopage: section === "turnkeylinux"
      ? "https://www.turnkeylinux.org"
      : "https://linuxcontainers.org",
    location: `http://download.proxmox.com/images/system/${name}`,
    maintainer: "Proxmox Support Team <support@proxmox.com>",
    sha512sum: digestOf(name, "sha256").repeat(2),
    source: "http://download.proxmox.com/images",
  };
}

function download(cluster: Cluster, call: Call): string {
  const name = named(call, "template");
  const storage = named(call, "storage");
  const known = TEMPLATES.find((each) => each.name === name);
  if (!known) throw invalid({ template: "no such template" });
  const config = cluster.table("storage").get(storage);
  if (!config) throw failed(`storage '${storage}' does not exist`);
  if (!splitList(config.content).includes("vztmpl")) {
    throw failed(`cannot download to storage '${storage}' - no vztmpl`);
  }
  const node = named(call, "node");
  const size = known.size * MIB;
  return cluster.startTask({
    node,
    type: "download",
    id: "",
    user: call.user,
    ms: 4000,
    log: [
      `downloading http://download.proxmox.com/images/system/${name} to ` +
      `/var/lib/vz/template/cache/${name}`,
      `${known.size}M received, 50%`,
      `${known.size}M received, 100%`,
      "calculating checksum...OK, checksum verified",
      `download of '${name}' finished`,
    ],
    finish: () => {
      const format = name.slice(name.indexOf(".tar.") + 1).replace("tar.", "t");
      cluster.storages.put({
        volid: `${storage}:vztmpl/${name}`,
        content: "vztmpl",
        format,
        size,
        ctime: cluster.now(),
      }, node);
    },
  });
}

/** Handlers of template downloads. */
export const handlers: Handlers = {
  "GET /nodes/{node}/aplinfo": () => TEMPLATES.map(row),
  "POST /nodes/{node}/aplinfo": download,
  "GET /nodes/{node}/query-url-metadata": (_cluster, call) => {
    const url = named(call, "url");
    if (!/^https?:\/\/[^/]+\/./.test(url)) throw failed(`invalid URL '${url}'`);
    const filename = url.split("/").at(-1)?.split("?")[0] ?? "";
    return { filename, size: 700 * MIB, mimetype: "application/octet-stream" };
  },
  "GET /nodes/{node}/query-oci-repo-tags": () => ["latest", "stable"],
};
