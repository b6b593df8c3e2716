import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv-provider.js";
import { IMAGE, PACKAGE, ROOT, VERSION } from "../../scripts/project.ts";
import { serverJson } from "../../scripts/server_json.ts";
import { assert, assertEquals } from "../assert.ts";
import schema from "../schemas/server.schema.json" with { type: "json" };
import { fakeRelease } from "./fake_release.ts";

interface Package {
  readonly registryType: string;
  readonly identifier: string;
  readonly fileSha256?: string;
}

function validate(text: string): { readonly valid: boolean; readonly message: string } {
  const { valid, errorMessage } = new AjvJsonSchemaValidator().getValidator(
    schema as Record<string, unknown>,
  )(JSON.parse(text));
  return { valid, message: errorMessage ?? "" };
}

Deno.test("server.json is what scripts/server_json.ts writes, and valid", async () => {
  const text = await Deno.readTextFile(`${ROOT}server.json`);
  assertEquals(text, serverJson());
  assertEquals(validate(text), { valid: true, message: "" });
});

Deno.test("serverJson() of a release has every bundle with its checksum", () => {
  const { version, sums } = fakeRelease();
  const text = serverJson(sums);
  assertEquals(validate(text), { valid: true, message: "" });
  const { packages } = JSON.parse(text) as { packages: Package[] };
  const base = `https://github.com/proxmox-mcp/proxmox-mcp/releases/download/v${version}/`;
  assertEquals(
    packages.filter(({ registryType }) => registryType === "mcpb").map((
      { identifier, fileSha256 },
    ) => [identifier, fileSha256]),
    [...sums].filter(([file]) => file.endsWith(".mcpb")).map(([file, sum]) => [base + file, sum]),
  );
});

Deno.test("server.json has the npm package and the image, in the version of the release", () => {
  const { packages } = JSON.parse(serverJson()) as { packages: Package[] };
  assertEquals(
    packages.filter(({ registryType }) => registryType !== "mcpb").map((each) => each.identifier),
    [PACKAGE, `${IMAGE}:${VERSION}`],
  );
});

Deno.test("the schema of server.json refuses what the registry refuses", () => {
  const good = JSON.parse(serverJson()) as Record<string, unknown>;
  const [first] = good.packages as Record<string, unknown>[];
  const bad: Record<string, unknown>[] = [
    { name: "proxmox-mcp" },
    { description: "x".repeat(101) },
    { version: "latest" },
    { packages: [] },
    { packages: [{ ...first, identifier: "without/host:1.0.0", registryType: "oci" }] },
  ];
  for (const change of bad) {
    assert(!validate(JSON.stringify({ ...good, ...change })).valid, JSON.stringify(change));
  }
});
