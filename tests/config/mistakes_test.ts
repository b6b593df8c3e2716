/** Every setting with every mistake that people make when they fill in a client's configuration. */
import { SETTING_NAMES, type SettingName } from "../../src/config/names.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { load, NOTHING, problemOf, problemsOf, RIGHT } from "./filled_in.ts";

const PLACEHOLDERS = [
  "${PROXMOX_VALUE}",
  "${PROXMOX_VALUE:-none}",
  "${env:PROXMOX_VALUE}",
  "${input:proxmox-value}",
  "${user_config.value}",
  "${{ secrets.PROXMOX_VALUE }}",
  "$PROXMOX_VALUE",
  "$env:PROXMOX_VALUE",
  "$(pass show proxmox)",
  "%PROXMOX_VALUE%",
  "{{value}}",
  "{{ proxmox.value }}",
  "{env:PROXMOX_VALUE}",
  "{file:/run/value}",
  "<token>",
  "<your token here>",
  "op://homelab/proxmox/value",
];
const EXAMPLES = [
  "your-token-here",
  "your-proxmox-host",
  "YOUR_API_TOKEN",
  "your.proxmox.server",
  "the secret of your token",
  "TOKEN_HERE",
  "password goes here",
  "change-me",
  "CHANGEME",
  "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
  "XXXXXXXX",
  "192.168.1.x",
  "00000000-0000-0000-0000-000000000000",
  "********",
  "...",
];
const QUOTES = ['"', "'", "`", "“”", "‘’", "«»"];

Deno.test("a right value of every setting is accepted without a warning", () => {
  assertEquals(load(RIGHT), []);
});

for (const key of SETTING_NAMES) {
  Deno.test(`PROXMOX_${key} that nobody filled in is reported, and nothing else is`, () => {
    for (const value of PLACEHOLDERS) {
      assertStringIncludes(
        problemOf(key, value),
        `PROXMOX_${key}: expected a value, got a placeholder that was not filled in: `,
      );
    }
    for (const value of EXAMPLES) {
      assertEquals(
        problemOf(key, value),
        `PROXMOX_${key}: expected a value of your own, got the text of an example`,
      );
    }
    for (const value of NOTHING) {
      assertStringIncludes(
        problemOf(key, value),
        `PROXMOX_${key}: expected a value, got "${value}", `,
      );
    }
  });

  Deno.test(`PROXMOX_${key} in quotation marks is reported, whatever is between them`, () => {
    for (const [open = "", close = open] of QUOTES) {
      const quoted = `${open}${RIGHT[key]}${close}`;
      assertEquals(
        problemOf(key, quoted),
        `PROXMOX_${key}: expected no quotation marks in or around it`,
      );
    }
    assertStringIncludes(problemOf(key, '"${env:X}"'), "not filled in: ${env:…}");
    assertStringIncludes(problemOf(key, '\\"undefined\\"'), 'got "undefined"');
  });
}

Deno.test("mistakes in all settings at once are all reported at once, each once", () => {
  const wrong = [...PLACEHOLDERS, ...EXAMPLES, ...NOTHING, ...QUOTES.map((mark) => `"${mark}x"`)];
  for (const value of wrong) {
    const values = Object.fromEntries(SETTING_NAMES.map((key) => [key, value]));
    assertEquals(
      problemsOf(values).map((problem) => problem.split(":")[0]),
      SETTING_NAMES.map((key) => `PROXMOX_${key}`),
      value,
    );
  }
});

Deno.test("a placeholder within a host, a user, a path or a list is found", () => {
  const cases: [SettingName, string, string][] = [
    ["HOST", "https://${PROXMOX_HOST}:8006", "${…}"],
    ["HOST", "pve1,<host>", "<…>"],
    ["HOST", "undefined:8006", '"undefined"'],
    ["HOST", "https://undefined:8006/", '"undefined"'],
    ["HOST", "pve1 null", '"null"'],
    ["HOST", "your-host:8006", "an example"],
    ["HOST", 'pve1,"pve2"', "no quotation marks"],
    ["USER", "root@undefined", '"undefined"'],
    ["USER", "${USER}@pam", "${…}"],
    ["TOKEN_NAME", "root@pam!undefined", '"undefined"'],
    ["SSH_KEY_PATH", "$HOME/.ssh/id_ed25519", "$…"],
    ["SSH_AGENT", "$SSH_AUTH_SOCK", "$…"],
    ["SSL_CA_CERT", "%APPDATA%\\ca.pem", "%…%"],
    ["SSH_NODE", "pve1=undefined", '"undefined"'],
    ["TOOLSETS", '["guest", "node"]', "no quotation marks"],
    ["PROTECT", "production,{{tag}}", "{{…}}"],
  ];
  for (const [key, value, message] of cases) assertStringIncludes(problemOf(key, value), message);
});

Deno.test("what only resembles a mistake is accepted", () => {
  const cases: [SettingName, string][] = [
    ["HOST", "static.1.2.3.4.clients.your-server.de"],
    ["HOST", "https://proxy/pve%20lab/x%C3%A4"],
    ["AUDIT_LOG", "/dev/null"],
    ["SSH_KNOWN_HOSTS", "/dev/null"],
    ["SSH_KEY_PATH", "/home/o'neil/none/key"],
    ["SSH_USER", "svc$backup"],
    ["TOKEN_NAME", "my-token"],
    ["PROTECT", "none"],
    ["SSH_KEY_PASSPHRASE", "wish-you-were-here"],
    ["SSH_KEY_PASSPHRASE", "your mother was a hamster"],
    ["SSH_KEY_PASSPHRASE", "$ecretWord"],
    ["SSH_KEY_PASSPHRASE", 'a "quoted" <word> for ${money}'],
    ["SSH_KEY_PASSPHRASE", "none"],
  ];
  for (const [key, value] of cases) assertEquals(load({ ...RIGHT, [key]: value }), [], value);
});

Deno.test("a port that is none is reported, with a host and without one", () => {
  for (const value of ['"8006"', "'8006'", "abc", "0", "99999", "-1", "8006;", "8006.5"]) {
    assertStringIncludes(problemOf("PORT", value), "PROXMOX_PORT: expected ");
    assertEquals(
      problemsOf({ PORT: value }).map((problem) => problem.split(":")[0]),
      ["PROXMOX_PORT", "PROXMOX_HOST", "PROXMOX_TOKEN_NAME", "PROXMOX_TOKEN_VALUE"],
    );
  }
});
