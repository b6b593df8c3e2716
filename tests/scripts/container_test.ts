/**
 * The image, and what runs it: as little as can be, and the same everywhere. `deno task
 * try-container` starts the program in the image's root file system.
 *
 * @module
 */
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv-provider.js";
import { destinationOf, DOCKERFILE, instructions, listIn } from "../../scripts/dockerfile.ts";
import { npmTool } from "../../scripts/npm_tools.ts";
import { DESCRIPTION, IMAGE, REGISTRY_NAME, ROOT, VERSION } from "../../scripts/project.ts";
import { run } from "../../scripts/run.ts";
import { BUNDLE_FLAGS, PERMISSIONS } from "../../scripts/runtime.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { needs } from "../programs.ts";
import composeSchema from "../schemas/compose.schema.json" with { type: "json" };
import { secretFilesOf } from "../settings_of.ts";
import { parse, parseAll } from "../yaml.ts";

const SERVE = ["serve", "--http", "0.0.0.0:8808"];
const ALL = await instructions();
const COMPOSE = parse(await Deno.readTextFile(`${ROOT}packaging/container/compose.yaml`)) as {
  services: { "proxmox-mcp": Readonly<Record<string, unknown>> };
};
const SERVICE = COMPOSE.services["proxmox-mcp"];
const [DEPLOYMENT, CLUSTER_SERVICE] = parseAll(
  await Deno.readTextFile(`${ROOT}packaging/container/kubernetes.yaml`),
) as [Deployment, ClusterService];
const POD = DEPLOYMENT.spec.template.spec;
const [CONTAINER] = POD.containers;

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly livenessProbe: { readonly httpGet: unknown };
  readonly readinessProbe: { readonly httpGet: unknown };
}

interface Deployment {
  readonly spec: {
    readonly selector: { readonly matchLabels: unknown };
    readonly template: {
      readonly metadata: { readonly labels: unknown };
      readonly spec: {
        readonly securityContext: Readonly<Record<string, unknown>>;
        readonly containers: readonly [Container];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

interface ClusterService {
  readonly spec: {
    readonly selector: unknown;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
  };
}

function textOf(name: string): string {
  const found = ALL.filter((each) => each.name === name).at(-1);
  assert(found, `The Dockerfile has no ${name}`);
  return found.text;
}

/** What dockerfile-utils says of a file: warnings go to stderr, and are no failure to it. */
async function lint(path: string): Promise<string> {
  const tool = npmTool("dockerfile-utils", ["--quiet", "--allow-read", "--allow-env"]);
  const { stdout, stderr } = await run(Deno.execPath(), [...tool, "lint", path]);
  return (stdout + stderr).trim();
}

Deno.test("dockerfile-utils finds nothing in the Dockerfile, and is awake", async () => {
  assertEquals(await lint(ROOT + DOCKERFILE), "");
  const broken = await Deno.makeTempFile();
  await Deno.writeTextFile(broken, 'FROM scratch\nCMD ["a"]\nCMD ["b"]\n');
  assertStringIncludes(await lint(broken), "only be one CMD");
  await Deno.remove(broken);
});

Deno.test("the image starts the bundle with the permissions of the binaries, and asks it for its health", () => {
  const bundle = destinationOf(ALL, "dist/proxmox-mcp.js");
  const start = [destinationOf(ALL, "/deno"), "run", ...BUNDLE_FLAGS, ...PERMISSIONS, bundle];
  assertEquals(JSON.parse(textOf("ENTRYPOINT")), start);
  assertMatch(bundle, /\/node_modules\/proxmox-mcp\/proxmox-mcp\.js$/);
  const beside = (name: string): string => bundle.replace(/[^/]+$/, name);
  assertEquals(destinationOf(ALL, "dist/late/"), beside("late/"));
  assertEquals(destinationOf(ALL, "packaging/container/package.json"), beside("package.json"));
  assertEquals(listIn({ name: "HEALTHCHECK", text: textOf("HEALTHCHECK") }), [...start, "health"]);
});

Deno.test("the image runs as nobody, holds the checks' version of Deno, and no floating one", async () => {
  assertEquals(textOf("USER"), "65532:65532");
  const version = (await Deno.readTextFile(`${ROOT}.dvmrc`)).trim();
  const bases = ALL.filter(({ name }) => name === "FROM").map(({ text }) => text);
  assertEquals(bases[0], `denoland/deno:bin-${version} AS deno`);
  assertEquals(bases.at(-1), "scratch");
  for (const base of bases) assert(/:\w|^scratch$/.test(base) && !/:latest/.test(base), base);
});

Deno.test("the image says what it is in the words of the project", () => {
  const label = textOf("LABEL");
  assertStringIncludes(label, `io.modelcontextprotocol.server.name="${REGISTRY_NAME}"`);
  assertStringIncludes(label, `image.description="${DESCRIPTION}"`);
});

Deno.test(
  "no host of a registry stands anywhere but in the names of images",
  needs("git"),
  async () => {
    const hosts = "ghcr\\.io|quay\\.io|docker\\.io|npmjs\\.(org|com)";
    const { stdout } = await run("git", ["grep", "-nE", hosts, "--", ".", ":!tests/"], {
      cwd: ROOT,
    });
    const lines = stdout.trim().split("\n").filter((line) => !line.includes(`${IMAGE}:`));
    assertEquals(lines.map((line) => line.split(":")[0]), ["scripts/project.ts"]);
  },
);

Deno.test("compose.yaml is valid, and runs this version with no rights", () => {
  const { valid, errorMessage = "" } = new AjvJsonSchemaValidator()
    .getValidator(composeSchema as Record<string, unknown>)(COMPOSE);
  assert(valid, errorMessage);
  const { image, command, read_only, cap_drop, security_opt } = SERVICE;
  assertEquals(image, `${IMAGE}:${VERSION}`);
  assertEquals(command, SERVE);
  assertEquals([read_only, cap_drop, security_opt], [true, ["ALL"], ["no-new-privileges:true"]]);
});

Deno.test("the schema of compose.yaml refuses a misspelt option", () => {
  const { valid } = new AjvJsonSchemaValidator()
    .getValidator(composeSchema as Record<string, unknown>)({
      services: { a: { ...SERVICE, readonly: true } },
    });
  assert(!valid);
});

Deno.test("compose.yaml's settings are complete, and name the secrets that it mounts", () => {
  const settings = new Map(Object.entries(SERVICE.environment as Record<string, string>));
  const mounted = (SERVICE.secrets as string[]).map((name) => `/run/secrets/${name}`);
  assertEquals(secretFilesOf(settings), mounted.sort());
});

Deno.test("kubernetes.yaml runs this version with no rights", () => {
  assertEquals(CONTAINER.image, `${IMAGE}:${VERSION}`);
  assertEquals(CONTAINER.args, SERVE);
  assertEquals(CONTAINER.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  const { runAsNonRoot, runAsUser, runAsGroup, seccompProfile } = POD.securityContext;
  assertEquals([runAsNonRoot, `${runAsUser}:${runAsGroup}`], [true, textOf("USER")]);
  assertEquals(seccompProfile, { type: "RuntimeDefault" });
});

Deno.test("kubernetes.yaml's settings are complete, and name secrets that it mounts", () => {
  const settings = new Map(CONTAINER.env.map(({ name, value }) => [name, value]));
  const [mount] = CONTAINER.volumeMounts;
  for (const file of secretFilesOf(settings)) assert(file.startsWith(`${mount?.mountPath}/`), file);
  assertEquals(POD.volumes.map(({ name }) => name), [mount?.name]);
});

Deno.test("kubernetes.yaml's service, probes and labels meet the container", () => {
  const port = (wanted: string) => CONTAINER.ports.find(({ name }) => name === wanted);
  assertEquals(port("http")?.containerPort, Number(textOf("EXPOSE")));
  assertEquals(SERVE.at(-1), `0.0.0.0:${port("http")?.containerPort}`);
  const metrics = CONTAINER.env.find(({ name }) => name === "PROXMOX_METRICS_ADDRESS");
  assertEquals(metrics?.value, `0.0.0.0:${port("metrics")?.containerPort}`);
  // One that does not answer is started again; one whose cluster does not answer gets nobody.
  assertEquals(CONTAINER.livenessProbe.httpGet, { path: "/healthz", port: "http" });
  assertEquals(CONTAINER.readinessProbe.httpGet, { path: "/readyz", port: "metrics" });
  assertEquals(CLUSTER_SERVICE.spec.ports.map(({ targetPort }) => targetPort), ["http"]);
  const { labels } = DEPLOYMENT.spec.template.metadata;
  assertEquals(CLUSTER_SERVICE.spec.selector, labels);
  assertEquals(DEPLOYMENT.spec.selector.matchLabels, labels);
});
