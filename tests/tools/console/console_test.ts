import { assertStringIncludes } from "../../assert.ts";
import { connect, embed } from "../../harness.ts";
import { testSteps } from "../steps.ts";

testSteps("proxmox_console_vnc hands out the ticket, and says to keep it", "proxmox_console_vnc", [
  {
    call: { vmid: "db02", type: "vm" },
    says: ["keep it secret", "/nodes/pve1/qemu/103/vncwebsocket?port="],
    data: { ticket: /^PVEVNC:/ },
    sends: "POST /nodes/pve1/qemu/103/vncproxy websocket=1",
  },
  { call: { vmid: "proxy01", type: "lxc" }, says: ["The guest does not run"] },
  { call: { vmid: "nosuch" }, fails: true, says: ['There is no guest "nosuch"'] },
]);

testSteps("proxmox_console_term hands out the ticket", "proxmox_console_term", [
  { call: { vmid: "dns01" }, says: ["keep it secret"], data: { ticket: /^PVEVNC:/ } },
  { call: { vmid: 999 }, fails: true, says: ['There is no guest "999"'] },
]);

testSteps("proxmox_console_spice hands out the password", "proxmox_console_spice", [
  {
    call: { vmid: "dns01" },
    says: ["keep it secret"],
    data: { password: /./ },
    hides: ["password: [masked]"],
  },
  { call: { vmid: "db02" }, fails: true, says: ["no spice port"] },
]);

Deno.test("a console's websocket is below the path of a reverse proxy, on its port", async () => {
  const { config } = embed({}).services;
  const services = { config: { ...config, hosts: [new URL("https://proxy/lab/pve")] } };
  await using harness = await connect({ services });
  const { text } = await harness.call("proxmox_console_vnc", { vmid: "db02" });
  assertStringIncludes(text, "Its websocket: /lab/pve/api2/json/nodes/pve1/qemu/103/vncwebsocket?");
  assertStringIncludes(text, "vncticket=TICKET on port 443 of the API");
});
