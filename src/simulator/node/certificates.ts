/**
 * /nodes/{node}/certificates: the node's TLS certificates, own ones and ordered ones.
 *
 * Table `certificates/NODE`: file name → certificate as PVE describes it.
 *
 * @module
 */
import { DAY } from "../../base/text/units.ts";
import { colonPairs } from "../../pve/transport/fingerprint.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { digestOf } from "../core/digest.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { flag, named, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { addressOf } from "./addresses.ts";

// Not a static import: in a bundle that would load Node's part at every start.
const { X509Certificate } = await import("node:crypto");

const CUSTOM = "pveproxy-ssl.pem";
const OWN = "pve-ssl.pem";
const YEAR = 31_536_000;
const RENEWAL_DAYS = 30;

function certificates(cluster: Cluster, call: Call): Map<string, Entry> {
  return cluster.table(`certificates/${named(call, "node")}`);
}

function describe(filename: string, subject: string, from: number, years: number, of = ""): Entry {
  return {
    filename,
    subject,
    issuer: "/CN=Proxmox Virtual Environment/O=PVE Cluster Manager CA",
    fingerprint: colonPairs(digestOf(subject + of, "sha256")),
    notbefore: from,
    notafter: from + years * YEAR,
    "public-key-type": "rsaEncryption",
    "public-key-bits": 2048,
    san: [],
    pem: `-----BEGIN CERTIFICATE-----\n${btoa(subject)}\n-----END CERTIFICATE-----\n`,
  };
}

/** What a PEM text says. */
function parsed(pem: string): Entry {
  try {
    const certificate = new X509Certificate(pem);
    const names = (value: string): string => `/${value.replaceAll("\n", "/")}`;
    return {
      filename: CUSTOM,
      subject: names(certificate.subject),
      issuer: names(certificate.issuer),
      fingerprint: certificate.fingerprint256,
      notbefore: Date.parse(certificate.validFrom) / 1000,
      notafter: Date.parse(certificate.validTo) / 1000,
      san: (certificate.subjectAltName ?? "").split(", ")
        .map((name) => name.replace(/^(?:DNS|IP Address):/, "")).filter((name) => name !== ""),
      pem,
    };
  } catch {
    throw failed("Failed to parse certificate - unable to load certificate");
  }
}

function upload(cluster: Cluster, call: Call): Entry {
  const table = certificates(cluster, call);
  const certificate = parsed(named(call, "certificates"));
  const before = table.get(CUSTOM);
  const key = text(call, "key") ?? before?.key;
  if (key === undefined) {
    throw failed("Attempted to upload custom certificate without (existing) key.");
  }
  if (before && !flag(call, "force")) {
    throw failed("Custom certificate file exists but force flag is not set");
  }
  table.set(CUSTOM, { ...certificate, key });
  return certificate;
}

/** Domains that the node's options name for its certificate. */
function domainsOf(cluster: Cluster, node: string): string[] {
  const config = cluster.table(`node.settings/${node}`).get("config") ?? {};
  const named = Object.entries(config)
    .filter(([key]) => key.startsWith("acmedomain"))
    .map(([, value]) => /^(?:domain=)?([^,]+)/.exec(String(value))?.[1] ?? "");
  const old = /domains=([^,]+)/.exec(String(config.acme ?? ""))?.[1]?.split(";") ?? [];
  return [...old, ...named];
}

function order(cluster: Cluster, call: Call, type: string): string {
  const node = named(call, "node");
  const domains = domainsOf(cluster, node);
  if (domains.length === 0) throw failed("ACME domain list in node configuration is missing!");
  const config = cluster.table(`node.settings/${node}`).get("config") ?? {};
  const account = /account=([^,]+)/.exec(String(config.acme ?? ""))?.[1] ?? "default";
  return cluster.startTask({
    node,
    type,
    id: "",
    user: call.user,
    ms: 12_000,
    log: [
      "Loading ACME account details",
      "Placing ACME order",
      ...domains.flatMap((domain) => [
        `Getting authorization details for '${domain}'`,
        "Triggering validation",
        `Status is 'valid', domain '${domain}' OK!`,
      ]),
      "All domains validated!",
      "Creating CSR",
      "Order is ready, finalizing order",
      "Downloading certificate",
      "Setting pveproxy certificate and key",
      "Restarting pveproxy",
    ],
    finish: () => {
      if (!cluster.table("acme.accounts").has(account)) {
        throw failed(`ACME account config file '${account}' does not exist`);
      }
      certificates(cluster, call).set(CUSTOM, {
        ...describe(CUSTOM, `/CN=${domains[0]}`, cluster.now(), 90 / 365),
        issuer: "/C=US/O=Let's Encrypt/CN=R11",
        san: domains,
        key: "",
      });
    },
  });
}

/** Handlers of /nodes/{node}/certificates. */
export const handlers: Handlers = {
  "GET /nodes/{node}/certificates/info": (cluster, call) =>
    [...certificates(cluster, call).values()].map(({ key: _, ...certificate }) => certificate),
  "POST /nodes/{node}/certificates/custom": upload,
  "DELETE /nodes/{node}/certificates/custom": (cluster, call) => {
    certificates(cluster, call).delete(CUSTOM);
    return null;
  },
  "POST /nodes/{node}/certificates/acme/certificate": (cluster, call) => {
    if (certificates(cluster, call).has(CUSTOM) && !flag(call, "force")) {
      throw failed("Custom certificate exists but 'force' is not set.");
    }
    return order(cluster, call, "acmenewcert");
  },
  "PUT /nodes/{node}/certificates/acme/certificate": (cluster, call) => {
    const current = certificates(cluster, call).get(CUSTOM);
    if (!current) {
      throw failed("No current (custom) certificate found, please order a new certificate!");
    }
    const days = (Number(current.notafter) - cluster.now()) / DAY;
    if (days > RENEWAL_DAYS && !flag(call, "force")) {
      throw failed("Certificate expires in more than 30 days, and 'force' is not set.");
    }
    return order(cluster, call, "acmerenew");
  },
  "DELETE /nodes/{node}/certificates/acme/certificate": (cluster, call) =>
    cluster.startTask({
      node: named(call, "node"),
      type: "acmerevoke",
      id: "",
      user: call.user,
      ms: 3000,
      log: ["Loading ACME account details", "Revoking old certificate"],
      finish: () => {
        if (!certificates(cluster, call).delete(CUSTOM)) {
          throw failed("unable to read certificate '/etc/pve/local/pveproxy-ssl.pem'");
        }
      },
    }),
};

/** Puts the certificate that a node is served with in the place of its own. */
export function showCertificate(
  cluster: Cluster,
  node: string,
  { certificate: pem, fingerprint }: { readonly certificate: string; readonly fingerprint: string },
): void {
  const table = cluster.table(`certificates/${node}`);
  table.set(OWN, { ...table.get(OWN), pem, fingerprint });
}

/** The fingerprint of the certificate that a node shows, as its clients see it. */
export function fingerprintOf(cluster: Cluster, node: string): string {
  const table = cluster.table(`certificates/${node}`);
  return String((table.get(CUSTOM) ?? table.get(OWN))?.fingerprint);
}

/** The cluster's authority and a certificate of each node, as after an installation. */
export const seed: Seed = (cluster) => {
  const since = cluster.now() - 40 * DAY;
  cluster.nodeNames().forEach((node) => {
    const table = cluster.table(`certificates/${node}`);
    const address = addressOf(cluster, node);
    const authority = "/CN=Proxmox Virtual Environment/O=PVE Cluster Manager CA";
    table.set("pve-root-ca.pem", {
      ...describe("pve-root-ca.pem", authority, since, 10, cluster.site.network),
      "public-key-bits": 4096,
    });
    table.set(OWN, {
      ...describe(OWN, `/OU=PVE Cluster Node/CN=${node}.example.com`, since, 2, address),
      san: ["127.0.0.1", "localhost", address, node, `${node}.example.com`],
    });
  });
};
