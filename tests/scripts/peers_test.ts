import { parseCalls, parseCommand, PEER_HEADER, peerRows } from "../../scripts/bench/peers.ts";
import { ROOT } from "../../scripts/project.ts";
import { assertEquals, assertMatch, assertThrows } from "../assert.ts";

const VALUES = { host: "127.0.0.1", port: "8006", token: "uuid", ca: "/tmp/ca.pem" };
/** This program from its source, as somebody else's server. */
const COMMAND = "PROXMOX_HOST={host}:{port} PROXMOX_USER=root@pam PROXMOX_TOKEN_NAME=bench " +
  "PROXMOX_TOKEN_VALUE={token} PROXMOX_SSL_CA_CERT={ca} " +
  `${Deno.execPath()} run --no-prompt -A ${ROOT}main.ts`;

Deno.test("the command of a peer begins with its environment, and braces are filled in", () => {
  assertEquals(
    parseCommand("HOST={host} URL=https://{host}:{port}/a=b node x.js --ca {ca}", VALUES),
    {
      command: ["node", "x.js", "--ca", "/tmp/ca.pem"],
      env: { HOST: "127.0.0.1", URL: "https://127.0.0.1:8006/a=b" },
    },
  );
  assertThrows(() => parseCommand("a {user}", VALUES), TypeError, 'got "{user}"');
});

Deno.test("the calls of a peer are tools with what they are called with", () => {
  assertEquals(parseCalls('{"nodes": ["get_nodes"], "status": ["get_vm", {"vmid": 101}]}'), {
    nodes: { tool: "get_nodes", args: {} },
    status: { tool: "get_vm", args: { vmid: 101 } },
  });
  assertThrows(() => parseCalls('{"vms": ["x"]}'), TypeError, 'got "vms"');
});

Deno.test("a peer is measured over the canned cluster: start, memory, tools, and calls that it can answer", async () => {
  const calls = parseCalls('{"guests": ["proxmox_guest_list"], "nodes": ["no_such_tool"]}');
  const rows = await peerRows([{ name: "peer", command: COMMAND, calls }], {
    starts: 1,
    calls: 10,
  });
  const [row = []] = rows;
  assertEquals([rows.length, row.length], [1, PEER_HEADER.length]);
  assertEquals([row[0], row[6], row[7]], ["peer", "failed", "not asked"]);
  const measured = [1, 2, 3, 4, 5].map((index) => row[index]).join("; ");
  assertMatch(measured, /^\d+\.\d ×; (?:\d+ MiB|not measured); 9\d; 1\d{4}; \d+\.\d ×$/);
});
