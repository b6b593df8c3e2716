/** When two entries of the settings are taken for one cluster. */
import { type ClusterIdentity, sameFindings } from "../../../src/cli/doctor/same_cluster.ts";
import { assertEquals, assertStringIncludes } from "../../assert.ts";

function same(one: ClusterIdentity, other: ClusterIdentity): boolean {
  return sameFindings(new Map([["home", one], ["lab", other]])).length > 0;
}

Deno.test("two entries are one cluster by its authority, or by the names of all its nodes", () => {
  const names = '"lab" of pve1, pve2';
  const cases: [ClusterIdentity, ClusterIdentity, boolean][] = [
    [{ authority: "AA" }, { authority: "AA" }, true],
    [{ authority: "AA", names }, { authority: "BB", names }, false],
    [{ names }, { names }, true],
    [{ authority: "AA", names }, { names }, true],
    [{ names }, { names: '"lab" of pve1' }, false],
    [{}, {}, false],
    [{ authority: "AA" }, { names }, false],
  ];
  for (const [one, other, expected] of cases) {
    assertEquals(same(one, other), expected, JSON.stringify([one, other]));
  }
});

Deno.test("each two entries that are one are told", () => {
  const authority = "AA";
  const findings = sameFindings(new Map(["a", "b", "c"].map((name) => [name, { authority }])));
  assertEquals(findings.map(({ check }) => check), ["a and b", "a and c", "b and c"]);
  const [first] = findings;
  assertStringIncludes(first?.fix ?? "", "side by side in PROXMOX_A_HOST");
});
