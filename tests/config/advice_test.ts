/** Advice calls settings what whoever set them calls them: variables, or places in the file. */
import { readConfig } from "../../src/config/config.ts";
import { inWordsOf } from "../../src/tool/server_rights.ts";
import { assertEquals } from "../assert.ts";
import { environment } from "../environment.ts";

const SECRET = "11111111-2222-4333-8444-555555555555";
const PATH = "/etc/proxmox-mcp.json";
const ADVICE = "Check PROXMOX_HOST and PROXMOX_PORT, PROXMOX_USER and PROXMOX_TOKEN_VALUE";

/** The advice in the words of each cluster. */
function advised(
  variables: Readonly<Record<string, string>>,
  file?: unknown,
): Readonly<Record<string, string>> {
  const files = { "/run/secret": SECRET, ...(file ? { [PATH]: JSON.stringify(file) } : {}) };
  const named = Object.entries({ ...variables, ...(file ? { CONFIG: PATH } : {}) });
  const all = Object.fromEntries(named.map(([name, value]) => [`PROXMOX_${name}`, value]));
  const { clusters } = readConfig(environment(all, files), { check: () => [] });
  return Object.fromEntries(
    [...clusters].map(([name, config]) => [name, inWordsOf(config, ADVICE)]),
  );
}

Deno.test("advice names variables, where variables are set", () => {
  const { "": only } = advised({ HOST: "pve1", TOKEN_NAME: "mcp", TOKEN_VALUE: SECRET });
  assertEquals(only, ADVICE);
});

Deno.test("advice names what stands in the file of settings as it is called there", () => {
  const user = { user: "mcp@pve", tokenName: "mcp" };
  const tokenValueFile = "/run/secret";
  assertEquals(advised({}, { ...user, host: "pve1:8007", tokenValueFile }), {
    "": "Check host with its port, user and tokenValueFile",
  });
  const home = { host: "pve1", tokenValueFile };
  const lab = { host: ["pve2:8007", "pve3"], tokenValueFile };
  assertEquals(advised({ LAB_PORT: "9" }, { ...user, port: 8006, clusters: { home, lab } }), {
    home: "Check clusters.home.host and port, user and clusters.home.tokenValueFile",
    lab:
      "Check clusters.lab.host with its port or PROXMOX_LAB_PORT, user and clusters.lab.tokenValueFile",
  });
});

Deno.test("advice names what in the file names the variable of a secret", () => {
  const lab = { host: "pve2", tokenValueEnv: "PROXMOX_SECRET_OF_LAB" };
  const file = { user: "mcp@pve", tokenName: "mcp", port: 9, clusters: { lab } };
  assertEquals(Object.values(advised({ SECRET_OF_LAB: SECRET }, file)), [
    "Check clusters.lab.host and port, user and clusters.lab.tokenValueEnv",
  ]);
});

Deno.test("advice names the variables of the only cluster that is named, as no others hold for it", () => {
  const lab = { LAB_HOST: "pve2", LAB_USER: "mcp@pve", LAB_TOKEN_NAME: "mcp" };
  const user = "PROXMOX_LAB_USER";
  assertEquals(advised({ CLUSTERS: "lab", ...lab, LAB_TOKEN_VALUE: SECRET }), {
    lab: `Check PROXMOX_LAB_HOST and PROXMOX_LAB_PORT, ${user} and PROXMOX_LAB_TOKEN_VALUE`,
  });
});

Deno.test("advice names what is set for all clusters so, and the rest as the cluster's own", () => {
  const all = { CLUSTERS: "home,lab", PORT: "9", USER: "mcp@pve", TOKEN_NAME: "mcp" };
  const home = { HOME_HOST: "pve1", HOME_TOKEN_VALUE: SECRET };
  const lab = { LAB_HOST: "pve2", LAB_PORT: "10", LAB_TOKEN_VALUE_FILE: "/run/secret" };
  const user = "PROXMOX_USER";
  assertEquals(advised({ ...all, ...home, ...lab }), {
    home: `Check PROXMOX_HOME_HOST and PROXMOX_PORT, ${user} and PROXMOX_HOME_TOKEN_VALUE`,
    lab: `Check PROXMOX_LAB_HOST and PROXMOX_LAB_PORT, ${user} and PROXMOX_LAB_TOKEN_VALUE_FILE`,
  });
});

Deno.test("advice names no place in a file to callers who cannot set anything there", () => {
  const { clusters } = readConfig(
    environment({ PROXMOX_CONFIG: PATH }, {
      [PATH]: JSON.stringify({ host: "pve1", tokenName: "mcp", tokenValueFile: "/run/secret" }),
      "/run/secret": SECRET,
    }),
    { check: () => [] },
  );
  const [config] = clusters.values();
  assertEquals(
    inWordsOf({ ...config, tokenOrigin: "sent" }, "Check PROXMOX_HOST"),
    "Check PROXMOX_HOST",
  );
});
