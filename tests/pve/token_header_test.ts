import { assertEquals } from "../assert.ts";
import { VirtualClock } from "../virtual_clock.ts";
import { PveClient } from "../../src/pve/client.ts";
import { tokenCredentials } from "../../src/pve/credentials.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";

Deno.test("a token of a user beyond ASCII, or with a percent sign, is known by its header", async () => {
  for (const name of ["jürgen", "김철수", "50%41"]) {
    const clock = new VirtualClock();
    const simulator = createSimulator({ clock });
    const userid = `${name}@pve`;
    const tokenId = `${userid}!mcp`;
    const { users, tokens } = {
      users: simulator.cluster.table("access.users"),
      tokens: simulator.cluster.table("access.tokens"),
    };
    users.set(userid, { userid, enable: 1 });
    tokens.set(tokenId, { secret: "s", privsep: 0 });
    const credentials = tokenCredentials({ id: tokenId, secret: "s" });
    const pve = new PveClient({
      host: new URL("https://pve1.example.com:8006"),
      transport: simulator.transport(),
      credentials,
      timeoutSeconds: 5,
      rateLimit: 0,
      clock,
    });
    const { data } = await pve.request("GET /version", {});
    assertEquals(typeof data, "object");
    const { Authorization = "" } = await credentials.headers("GET");
    assertEquals(/^[\x20-\x7e]+$/.test(Authorization), true);
    pve.close();
  }
});
