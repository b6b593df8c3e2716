import { assertEquals, assertThrows } from "../assert.ts";
import { parseHost } from "../../src/config/values.ts";

Deno.test("parseHost() takes names, addresses, ports and URLs copied from the browser", () => {
  const cases: [text: string, hostname: string, port?: number | undefined, prefix?: string][] = [
    ["pve1", "pve1"],
    ["PVE1.Example.com", "pve1.example.com"],
    ["pve1:8007", "pve1", 8007],
    ["192.0.2.10", "192.0.2.10"],
    ["192.0.2.10:443", "192.0.2.10", 443],
    ["2001:db8::1", "[2001:db8::1]"],
    ["[2001:db8::1]", "[2001:db8::1]"],
    ["[2001:db8::1]:8006", "[2001:db8::1]", 8006],
    ["https://pve1.example.com:8006/#v1:0:18:4", "pve1.example.com", 8006],
    ["https://pve.example.com/", "pve.example.com"],
    ["https://pve.example.com:443", "pve.example.com", 443],
    ["https://pve.example.com/lab/pve/", "pve.example.com", undefined, "/lab/pve"],
    ["https://pve.example.com//pve", "pve.example.com", undefined, "//pve"],
    ["https://pve.example.com:8443/pve?x#y", "pve.example.com", 8443, "/pve"],
    ["https://pve1.example.com:8006/api2/json/", "pve1.example.com", 8006],
    ["https://proxy/pve/api2", "proxy", undefined, "/pve"],
    ["https://[2001:db8::1]:8006/", "[2001:db8::1]", 8006],
  ];
  for (const [text, hostname, port, prefix = ""] of cases) {
    const isUrl = text.startsWith("https:");
    assertEquals(parseHost(text), { hostname, port, isUrl, prefix }, text);
  }
});

Deno.test("parseHost() refuses what is no host, and says why", () => {
  const cases: [string, string][] = [
    ["http://pve1:8006", "HTTPS only"],
    ["pve1:99999", "port from 1 to 65535"],
    ["pve1:0", "port from 1 to 65535"],
    ["https://pve1:99999/", "port from 1 to 65535"],
    ["https://pve 1", "expected a URL"],
    ["pve1/pve", "expected a host name, an IP address or a URL"],
    ["pve 1/x", "expected a host name"],
    ["[zz]", "expected an IPv6 address"],
    ["https://root:secret@pve1", "without user and password"],
    ["-pve", "expected a host name"],
  ];
  for (const [text, reason] of cases) assertThrows(() => parseHost(text), TypeError, reason);
});
