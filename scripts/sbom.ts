/**
 * Writes the bill of materials of the program, in CycloneDX's form: the packages whose code the
 * bundle holds, its page of views included, and the Deno that runs it.
 *
 * `--output FILE` (dist/proxmox-mcp.cdx.json).
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { parseArgs } from "node:util";
import { PAGE_LIBRARIES } from "./apps/libraries.ts";
import { bundled } from "./bundle.ts";
import { DESCRIPTION, PROGRAM, REPOSITORY, ROOT, VERSION } from "./project.ts";

/** A module of a package from npm, as the bundler names it above its code. */
const MODULE = /^\s*\/\/ .*\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d[^/]*)\//gm;

/** Packages in the lock file, by name and version. */
type Locked = Readonly<Record<string, { readonly integrity: string }>>;

interface Component {
  readonly type: "application" | "framework" | "library";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

/** The package with the checksum that npm gives it, which the lock file holds. */
function library(locked: Locked, name: string, version: string): Component {
  // What follows the version tells peers apart.
  const entry = Object.entries(locked)
    .find(([id]) => id === `${name}@${version}` || id.startsWith(`${name}@${version}_`));
  if (!entry) throw new TypeError(`Cannot find ${name}@${version} in deno.lock`);
  const [algorithm = "", base64 = ""] = entry[1].integrity.split(/-(.*)/s);
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    hashes: [{
      alg: algorithm.toUpperCase().replace("SHA", "SHA-"),
      content: Buffer.from(base64, "base64").toString("hex"),
    }],
  };
}

/** The bill of materials; the same for the same sources. */
export async function billOfMaterials(): Promise<Record<string, unknown>> {
  const modules = (await bundled(`${ROOT}main.ts`, [])).matchAll(MODULE);
  const { npm: locked } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`)) as {
    readonly npm: Locked;
  };
  const named = Array.from(modules, ([, name = "", version = ""]) => [name, version] as const);
  const found = new Map(
    [...named, ...Object.entries(PAGE_LIBRARIES)].map(([name, version]) => {
      const each = library(locked, name, version);
      return [each.purl, each] as const;
    }),
  );
  const libraries = [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([, each]) => each);
  const deno = (await Deno.readTextFile(`${ROOT}.dvmrc`)).trim();
  const repository = REPOSITORY.replace("https://github.com/", "");
  const runtime: Component = {
    type: "framework",
    "bom-ref": `pkg:github/denoland/deno@v${deno}`,
    name: "deno",
    version: deno,
    purl: `pkg:github/denoland/deno@v${deno}`,
  };
  const program: Component & { readonly description: string } = {
    type: "application",
    "bom-ref": `pkg:github/${repository}@v${VERSION}`,
    name: PROGRAM,
    version: VERSION,
    description: DESCRIPTION,
    purl: `pkg:github/${repository}@v${VERSION}`,
  };
  const components = [runtime, ...libraries];
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: program },
    components,
    dependencies: [{
      ref: program["bom-ref"],
      dependsOn: components.map((each) => each["bom-ref"]),
    }],
  };
}

if (import.meta.main) {
  const { values: { output } } = parseArgs({
    args: Deno.args,
    options: { output: { type: "string", default: `${ROOT}dist/${PROGRAM}.cdx.json` } },
  });
  await Deno.writeTextFile(output, JSON.stringify(await billOfMaterials(), null, 2) + "\n");
}
