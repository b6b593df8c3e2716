/** What the doctor advises about names that protect nothing. */
import { protectionFinding } from "../../../src/cli/doctor/protection.ts";
import { assertEquals } from "../../assert.ts";
import { embed } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";

Deno.test("a name that protects nothing in one of several clusters may be another's", async () => {
  const { services: { pve, config } } = embed({ settings: { PROTECT: "database,web-of-lab" } });
  const only = await protectionFinding(pve, config);
  const oneOfSeveral = await protectionFinding(pve, { ...config, cluster: "home" });
  const wrong = "a misspelt name protects nothing";
  assertEquals([only.fix, oneOfSeveral.fix], [
    `Correct PROXMOX_PROTECT: ${wrong}`,
    `Correct PROXMOX_PROTECT, unless another cluster has it: ${wrong}`,
  ]);
});

for (const rows of [null, {}, [null]]) {
  Deno.test(`the doctor goes on after a list of guests that is ${JSON.stringify(rows)}`, async () => {
    const { services: { pve, config } } = embed({
      transport: (simulator) => hooked(simulator, { answers: () => rows }),
    });
    assertEquals((await protectionFinding(pve, config)).status, "fail");
  });
}
