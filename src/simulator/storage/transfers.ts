/**
 * Files that come to a storage: uploads, downloads, images of registries.
 * Source: PVE::API2::Storage::Status.
 *
 * @module
 */
import { KIB, MIB } from "../../base/byte_units.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Volume } from "../core/model.ts";
import { named, text } from "../core/params.ts";
import { uuid } from "../core/random.ts";
import { failed, invalid } from "../core/refusal.ts";

const EXTENSIONS: Readonly<Record<string, RegExp>> = {
  iso: /\.(?:iso|img)$/i,
  vztmpl: /\.tar(?:\.(?:gz|xz|zst|bz2))?$/i,
  import: /\.(?:ova|ovf|qcow2|raw|vmdk)$/i,
};

/** File name as PVE keeps it: no path, no unusual characters. */
function normalized(filename: string): string {
  return filename.replace(/^.*[/\\]/, "").replace(/^\.+/, "").replace(/[^A-Za-z0-9_.-]/g, "_");
}

interface Target {
  readonly storage: string;
  readonly node: string;
  readonly content: Volume["content"];
  readonly filename: string;
  readonly volid: string;
  readonly path: string;
}

function targetOf(cluster: Cluster, call: Call, verb: string): Target {
  const storage = named(call, "storage");
  const node = named(call, "node");
  const content = named(call, "content") as Volume["content"];
  const definition = cluster.storages.require(storage, node);
  const type = String(definition.type);
  if (!cluster.storages.kind(storage).files) {
    throw failed(`can't ${verb} to storage type '${type}', not a file based storage!`);
  }
  if (!cluster.storages.content(definition).includes(content)) {
    throw failed(`storage '${storage}' does not support '${content}' content`);
  }
  const filename = normalized(named(call, "filename"));
  if (!EXTENSIONS[content]?.test(filename)) throw invalid({ filename: "wrong file extension" });
  const name = `${content}/${filename}`;
  const volid = `${storage}:${name}`;
  return { storage, node, content, filename, volid, path: cluster.storages.path(volid) };
}

function put(cluster: Cluster, target: Target, size: number): void {
  if (cluster.storages.usage(target.storage, target.node).avail < size) {
    throw failed(`unable to write '${target.path}': No space left on device`);
  }
  cluster.storages.remove(target.volid, target.node);
  const extension = /\.tar\.\w+$|\.\w+$/.exec(target.filename)?.[0] ?? "";
  cluster.storages.put({
    volid: target.volid,
    content: target.content,
    format: extension.replace(/^\.tar\./, "t").replace(/^\./, ""),
    size,
    ctime: cluster.now(),
  }, target.node);
}

function upload(cluster: Cluster, call: Call): string {
  const target = targetOf(cluster, call, "upload");
  if (call.fileBytes === undefined) throw invalid({ tmpfilename: "file upload is missing" });
  const size = call.fileBytes;
  const temporary = `/var/tmp/pveupload-${uuid(cluster.random).replaceAll("-", "")}`;
  return cluster.startTask({
    node: target.node,
    type: "imgcopy",
    id: "",
    user: call.user,
    ms: 1_000,
    log: [
      `starting file import from: ${temporary}`,
      `target node: ${target.node}`,
      `target file: ${target.path}`,
      `file size is: ${size}`,
      `command: cp -- ${temporary} ${target.path}`,
    ],
    finish: () => {
      put(cluster, target, size);
      return ["finished file import successfully"];
    },
  });
}

/** Bytes of whatever an address leads to: the same every time. */
function sizeBehind(url: string): number {
  let sum = 0;
  for (const char of url) sum = (sum * 31 + char.charCodeAt(0)) % 997;
  return (40 + sum) * MIB;
}

/** Why an address cannot be downloaded, or undefined. */
function obstacle(url: string): string | undefined {
  const { hostname, pathname } = new URL(url);
  if (hostname.endsWith(".invalid")) {
    return `wget: unable to resolve host address '${hostname}'`;
  }
  return pathname.includes("missing") ? "ERROR 404: Not Found." : undefined;
}

function progress(bytes: number): string[] {
  return [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) =>
    `${String(Math.floor(bytes * percent / 100 / KIB)).padStart(6)}K ${
      ".......... ".repeat(5)
    }${percent}% 41.2M`
  );
}

function downloadUrl(cluster: Cluster, call: Call): string {
  const target = targetOf(cluster, call, "download");
  const url = named(call, "url");
  const [checksum, algorithm] = [text(call, "checksum"), text(call, "checksum-algorithm")];
  if ((checksum === undefined) !== (algorithm === undefined)) {
    const missing = checksum === undefined ? "checksum" : "checksum-algorithm";
    throw invalid({ [missing]: "both 'checksum' and 'checksum-algorithm' are needed" });
  }
  const size = sizeBehind(url);
  const wrong = obstacle(url);
  return cluster.startTask({
    node: target.node,
    type: "download",
    id: target.filename,
    user: call.user,
    ms: 3_000,
    log: [
      `downloading ${url} to ${target.path}`,
      `--2026-01-15 09:30:00--  ${url}`,
      ...(wrong === undefined ? progress(size) : [wrong]),
    ],
    finish: () => {
      if (wrong !== undefined) {
        throw failed("download failed: command '/usr/bin/wget' failed: exit code 8");
      }
      if (cluster.storages.find(target.volid, target.node)) {
        throw failed(`refusing to override existing file '${target.path}'`);
      }
      put(cluster, target, size);
      return [`download of '${url}' to '${target.path}' finished`];
    },
  });
}

function pull(cluster: Cluster, call: Call): string {
  const reference = named(call, "reference");
  const filename = normalized(
    text(call, "filename") ?? reference.replace(/^.*\//, "").replace(":", "_"),
  );
  const storage = named(call, "storage");
  const node = named(call, "node");
  const definition = cluster.storages.require(storage, node);
  if (!cluster.storages.content(definition).includes("vztmpl")) {
    throw failed(`storage '${storage}' does not support 'vztmpl' content`);
  }
  const volid = `${storage}:vztmpl/${filename.replace(/\.tar$/, "")}.tar`;
  const target: Target = {
    storage,
    node,
    content: "vztmpl",
    filename,
    volid,
    path: cluster.storages.path(volid),
  };
  return cluster.startTask({
    node,
    type: "ocipull",
    id: filename,
    user: call.user,
    ms: 2_000,
    log: [`Pulling "docker://${reference}" as "${target.path}"`, "Getting image source signatures"],
    finish: () => {
      put(cluster, target, sizeBehind(reference));
      return ["Writing manifest to image destination"];
    },
  });
}

/** Handlers of files that come to a storage. */
export const handlers: Handlers = {
  "POST /nodes/{node}/storage/{storage}/upload": upload,
  "POST /nodes/{node}/storage/{storage}/download-url": downloadUrl,
  "POST /nodes/{node}/storage/{storage}/oci-registry-pull": pull,
};
