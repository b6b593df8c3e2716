/** What is said of several clusters together. */
import { whoseOfAny } from "../../src/tool/clusters.ts";
import { inWordsOf } from "../../src/tool/server_rights.ts";
import { assertEquals } from "../assert.ts";
import { embedSeveral } from "../several.ts";

Deno.test("advice on no cluster in particular names the settings of none of several", () => {
  const words = (clusters: readonly string[]): string => {
    const options = Object.fromEntries(clusters.map((name) => [name, {}]));
    return inWordsOf(whoseOfAny(embedSeveral(options).clusters), "Check PROXMOX_HOST");
  };
  assertEquals(words(["home"]), "Check PROXMOX_HOME_HOST");
  assertEquals(words(["home", "lab"]), "Check PROXMOX_HOST");
});
