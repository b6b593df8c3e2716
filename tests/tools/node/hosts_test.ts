import { assertEquals } from "../../assert.ts";
import { hostEntry, withHost } from "../../../src/tools/node/_hosts.ts";

const FILE = `# hosts
127.0.0.1 localhost
192.0.2.11 pve1.example.com pve1 # this node

::1 localhost ip6-localhost
192.0.2.12 old alias
`;

Deno.test("withHost() adds names to the line of their address and keeps all others", () => {
  const changed = withHost(FILE, hostEntry("192.0.2.11", "www web", undefined));
  assertEquals(changed, FILE.replace("pve1 # this", "pve1 www web # this"));
});

Deno.test("withHost() takes names from other addresses of the same family only", () => {
  assertEquals(
    withHost(FILE, hostEntry("192.0.2.9", "old", "new home")),
    `${FILE.replace("old alias", "alias")}192.0.2.9 old # new home\n`,
  );
  assertEquals(
    withHost(FILE, hostEntry("2001:db8::1", "localhost", undefined)),
    `${FILE.replace("::1 localhost ip6-localhost", "::1 ip6-localhost")}2001:db8::1 localhost\n`,
  );
});

Deno.test("withHost() drops a line that loses its last name, and replaces a comment", () => {
  assertEquals(
    withHost("192.0.2.1 a\n192.0.2.2 b # two\n", hostEntry("192.0.2.2", "a", "both")),
    "192.0.2.2 b a # both\n",
  );
});

Deno.test("withHost() leaves a file alone that says it already", () => {
  assertEquals(withHost(FILE, hostEntry("192.0.2.12", "alias", undefined)), FILE);
});
