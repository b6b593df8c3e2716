/** What the doctor advises about names that protect nothing. */
import { protectionFinding } from "../../../src/cli/doctor/protection.ts";
import { assertEquals } from "../../assert.ts";
import { embed } from "../../harness.ts";

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
