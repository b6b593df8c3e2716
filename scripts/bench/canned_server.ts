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

/** Guests as /cluster/resources has them. */
function guests(count: number): unknown[] {
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

const ANSWERS: Readonly<Record<string, string>> = {
  "/api2/json/cluster/nextid": JSON.stringify({ data: "104" }),
  "/api2/json/access/roles": JSON.stringify({ data: hostileRows() }),
  "/api2/json/cluster/resources": JSON.stringify({ data: guests(Number(Deno.args[0])) }),
};

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
    const body = ANSWERS[url.replace(/\?.*/, "")];
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
