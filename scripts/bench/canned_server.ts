/**
 * Serves canned answers of Proxmox VE over HTTPS on 127.0.0.1, in a process of its own, until its
 * input ends. Its argument says how many guests the cluster has. Prints where it listens and its authority's certificate as one line of JSON.
 *
 * `/stats` answers how many requests with a token there were, and on how many connections at once;
 * from `/hold` on such requests are not answered until `/release`.
 *
 * @module
 */
import type { Socket } from "node:net";
import { createServer } from "node:https";
import { createAuthority, issueCertificate } from "../../src/simulator/server/certificates.ts";
import { writeOut } from "../../src/base/process/console.ts";

type Row = Readonly<Record<string, unknown>>;

/** Guests as /cluster/resources has them. */
function guests(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => {
    const type = index % 3 === 0 ? "lxc" : "qemu";
    return {
      id: `${type}/${100 + index}`,
      vmid: 100 + index,
      type,
      node: `pve${1 + index % 3}`,
      name: `guest-${index}`,
      status: index % 4 === 0 ? "stopped" : "running",
      cpu: 0.01 * (index % 50),
      maxcpu: 4,
      mem: 1_000_000_000 + index,
      maxmem: 8_589_934_592,
      disk: 0,
      maxdisk: 34_359_738_368,
      uptime: 86_400 + index,
      tags: "production;web",
      netin: index * 1_000,
      netout: index * 900,
      diskread: index * 10,
      diskwrite: index * 11,
      template: 0,
    };
  });
}

/** Half a megabyte of what is costly to clean, mask and write: names of fields and values. */
function hostileRows(): unknown[] {
  const units = [
    " ",
    "\x1b]",
    "\x9d",
    "\u3164",
    '"',
    "`",
    "=",
    "password=",
    "<",
    "\n",
    "|",
    "[](",
    "0",
  ];
  return units.map((unit) => {
    const text = unit.repeat(6_000 / unit.length);
    return { roleid: text, privs: text, [text]: text, special: 1 };
  });
}

const GUESTS = guests(Number(Deno.args[0]));
const NODES = ["pve1", "pve2", "pve3"];

function nodeRow(node: string): Row {
  return {
    ...{ node, id: `node/${node}`, type: "node", status: "online", level: "", cpu: 0.07 },
    ...{ maxcpu: 32, mem: 24_000_000_000, maxmem: 137_438_953_472, uptime: 3_542_400 },
    ...{ disk: 15_000_000_000, maxdisk: 100_931_731_456, ssl_fingerprint: "00" },
  };
}

/** Guests of one type as their node has them. */
function listOf(node: string, type: string): Row[] {
  return GUESTS.filter((guest) => guest.node === node && guest.type === type)
    .map(({ id: _id, node: _node, maxcpu: cpus, ...row }) => ({ ...row, cpus }));
}

/** What stays the same, by its path: written once, so that a request costs next to nothing. */
const DATA: Readonly<Record<string, unknown>> = {
  "version": { version: "9.2.1", release: "9.2", repoid: "0000000000000000" },
  "nodes": NODES.map(nodeRow),
  "cluster/nextid": "104",
  "access/roles": hostileRows(),
  "cluster/resources": GUESTS,
  ...Object.fromEntries(
    NODES.flatMap((node) =>
      ["qemu", "lxc"].map((type) => [`nodes/${node}/${type}`, listOf(node, type)])
    ),
  ),
  ...Object.fromEntries(
    GUESTS.slice(0, 5).map((guest) => [`nodes/${guest.node}/${guest.id}/status/current`, guest]),
  ),
};
const ANSWERS: ReadonlyMap<string, string> = new Map(
  Object.entries(DATA).map(([path, data]) => [`/api2/json/${path}`, JSON.stringify({ data })]),
);

let requests = 0;
let most = 0;
let held: (() => void)[] | undefined;
const withToken = new Set<Socket>();

/** Does what the benchmark tells; answers what was seen so far. */
function told(url: string): string | undefined {
  if (url === "/hold") held = [];
  else if (url === "/release") {
    for (const answer of held ?? []) answer();
    held = undefined;
  } else if (url !== "/stats") return undefined;
  return JSON.stringify({ requests, most });
}

const authority = await createAuthority();
const issued = await issueCertificate({ authority, names: ["127.0.0.1"] });
const server = createServer(
  { key: issued.privateKey, cert: issued.certificate },
  ({ url = "", headers, socket }, response) => {
    response.setHeader("Content-Type", "application/json");
    const done = told(url);
    if (done !== undefined) return void response.end(done);
    if (headers.authorization !== undefined) {
      requests++;
      if (!withToken.has(socket)) socket.once("close", () => withToken.delete(socket));
      withToken.add(socket);
      most = Math.max(most, withToken.size);
    }
    const body = ANSWERS.get(url.replace(/\?.*/, ""));
    response.statusCode = body === undefined ? 404 : 200;
    const answer = (): void => void response.end(body ?? JSON.stringify({ data: null }));
    if (held && headers.authorization !== undefined) held.push(answer);
    else answer();
  },
);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  writeOut(JSON.stringify({ port, authority: authority.certificate }));
});

const input = new Uint8Array(1);
while (await Deno.stdin.read(input) !== null) { /* Goes on until the input ends. */ }
Deno.exit(0);
