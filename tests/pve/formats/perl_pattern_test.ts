import { operationFact, paramFact } from "../../../src/pve/api.ts";
import { checkValue } from "../../../src/pve/formats/formats.ts";
import { perlPattern } from "../../../src/pve/formats/perl_pattern.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("perlPattern() anchors and translates as PVE does", () => {
  assertEquals(perlPattern("(?^:[a-z]+)").test("abc"), true);
  assertEquals(perlPattern("[a-z]{,2}").test("abc"), false);
  assertEquals(perlPattern("(?^i:[a-z])").test("B"), true);
});

Deno.test("no pattern of PVE takes long over a text that does not fit", () => {
  const fact = operationFact("POST /nodes/{node}/storage/{storage}/oci-registry-pull");
  const reference = paramFact(fact, "reference")!;
  const check = (value: string): boolean => {
    const errors = new Map<string, string>();
    checkValue(reference, value, "reference", errors);
    return errors.size === 0;
  };
  assertEquals(check("docker.io/library/debian:13"), true);
  assertEquals(check("ghcr.io/a__b/c--d_e.f:v1"), true);
  assertEquals(check(`${"a".repeat(10_000)}!`), false);
  const mapping = operationFact("GET /nodes/{node}/hardware/pci/{pci-id-or-mapping}");
  const errors = new Map<string, string>();
  checkValue(mapping.params["pci-id-or-mapping"]!, `${"a".repeat(500_000)}!`, "id", errors);
  assertEquals(errors.get("id"), "value does not match the regex pattern");
});
