/** What the doctor finds of certificates, and of what vouches for them. */
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import { assertEquals, assertMatch } from "../../assert.ts";
import { examine, type Settings, settingsFor, testCases } from "./examine.ts";
import { type PveServer, startPve } from "./pve_server.ts";

const DAY_MS = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

testCases([
  {
    fault: "an authority that is not trusted",
    settings: () => ({ SSL_MODE: "strict", SSL_FINGERPRINT: "" }),
    find: [
      ["ok", /^Certificate of/, /valid until/],
      ["fail", /^API of/, /its issuer is not trusted[^]*PROXMOX_SSL_CA_CERT/],
    ],
  },
  {
    fault: "an expired certificate",
    certificate: { notBefore: inDays(-30), notAfter: inDays(-1) },
    settings: () => ({ SSL_FINGERPRINT: "" }),
    find: [
      ["fail", /^Certificate of/, /expired on [^]*pvecm updatecerts/],
      ["fail", /^API of/, /it expired on/],
    ],
  },
  {
    fault: "a name that the certificate does not have",
    certificate: { names: ["pve1.example.com"] },
    settings: () => ({ SSL_FINGERPRINT: "" }),
    find: [
      ["ok", /^Certificate of/, /for "pve1\.example\.com"/],
      [
        "fail",
        /^API of/,
        /it is for "pve1\.example\.com" only[^]*one of its names in PROXMOX_HOST/,
      ],
    ],
  },
  {
    fault: "a certificate that ends soon",
    certificate: { notAfter: inDays(5.5) },
    find: [["warn", /^Certificate of/, /ends in 5 days[^]*PROXMOX_SSL_FINGERPRINT changes/]],
  },
  {
    fault: "another certificate than the pinned one",
    settings: () => ({ SSL_FINGERPRINT: Array(32).fill("AB").join(":") }),
    find: [["fail", /^API of/, /its fingerprint is not AB:AB[^]*pvenode cert info/]],
  },
  {
    fault: "a certificate trusted on first use",
    settings: () => ({ SSL_FINGERPRINT: "" }),
    find: [[
      "warn",
      /^Trust in/,
      /on first use[^]*PROXMOX_SSL_FINGERPRINT=([\dA-F]{2}:){31}[\dA-F]{2}, [^]*PROXMOX_SSL_PIN_FILE/,
    ]],
  },
  {
    fault: "certificates of several hosts trusted on first use",
    settings: (pve) => ({
      HOST: `127.0.0.1:${pve.server.port},localhost:${pve.server.port},127.0.0.1:9`,
      SSL_FINGERPRINT: "",
    }),
    find: [
      ["warn", /^Trust in localhost/, /on first use[^]*under "Fingerprints of all hosts"/],
      [
        "ok",
        /^Fingerprints of all hosts$/,
        /1 more did not answer\n +PROXMOX_SSL_FINGERPRINT=([\dA-F]{2}:){31}[\dA-F]{2}$/,
      ],
    ],
  },
  {
    fault: "no check of certificates",
    settings: () => ({ SSL_MODE: "insecure" }),
    find: [[
      "warn",
      /^Trust in/,
      /no certificate is checked[^]*PROXMOX_SSL_MODE=verify and PROXMOX_SSL_FINGERPRINT=([\dA-F]{2}:){31}/,
    ]],
  },
]);

/** Examines a healthy node whose certificate is not pinned; answers what is said of the trust. */
async function trustOf(pve: PveServer, settings: Settings): Promise<Finding | undefined> {
  const findings = await examine({ ...settingsFor(pve), SSL_FINGERPRINT: "", ...settings });
  return findings.find(({ check }) => check.startsWith("Trust in"));
}

Deno.test("doctor is content with a certificate that the given CA vouches for, in verify and strict mode", async () => {
  await using pve = await startPve();
  const SSL_CA_CERT = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(SSL_CA_CERT, pve.authority.certificate);
    const verify = await trustOf(pve, { SSL_CA_CERT });
    assertEquals(verify?.status, "ok");
    assertEquals(verify?.text, "PROXMOX_SSL_CA_CERT vouches for the certificate");
    assertEquals((await trustOf(pve, { SSL_CA_CERT, SSL_MODE: "strict" }))?.status, "ok");
  } finally {
    await Deno.remove(SSL_CA_CERT);
  }
});

Deno.test("doctor is content with a certificate that the pin file remembers, and has it remembered", async () => {
  await using pve = await startPve();
  const folder = await Deno.makeTempDir();
  try {
    const SSL_PIN_FILE = `${folder}/pins`;
    for (const _ of ["first", "again"]) {
      const trust = await trustOf(pve, { SSL_PIN_FILE });
      assertEquals(trust?.status, "ok");
      assertMatch(trust?.text ?? "", /PROXMOX_SSL_PIN_FILE remembers/);
    }
    assertEquals(
      await Deno.readTextFile(SSL_PIN_FILE),
      `localhost:${pve.server.port} ${pve.certificate.fingerprint}\n`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
