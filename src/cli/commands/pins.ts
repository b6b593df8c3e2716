/**
 * Pins the certificates of hosts in a client's configuration, where its settings would trust them
 * on first use. Nothing but a handshake is sent.
 *
 * @module
 */
import { clusterSources, readSettings } from "../../config/config.ts";
import type { Environment, Source } from "../../config/source.ts";
import { apiUrl } from "../../config/values.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { describeCertificate } from "../../pve/transport/certificate.ts";
import {
  type Endpoint,
  endpointOf,
  pinSetting,
  type PresentedCertificate,
  readCertificate,
} from "../../pve/transport/presented_certificate.ts";
import { configKey } from "../../config/names.ts";
import { SETTINGS } from "../../config/settings.ts";

/** Settings with which no certificate is trusted on first use. */
const TRUST_SETTINGS = ["SSL_FINGERPRINT", "SSL_CA_CERT", "SSL_PIN_FILE"] as const;

/** The hosts whose certificates would be trusted on first use. */
function unpinnedHosts(source: Source): Endpoint[] {
  const settings = readSettings(source, ["HOST", "PORT", "SSL_MODE", ...TRUST_SETTINGS], []);
  const { proposed } = SETTINGS.SSL_MODE;
  const mode = source.get("SSL_MODE") ? settings.sslMode : proposed;
  if (mode !== "verify" || TRUST_SETTINGS.some((name) => settings[configKey(name)] !== undefined)) {
    return [];
  }
  return (settings.host ?? []).map((address) => endpointOf(apiUrl(address, settings.port)));
}

/** An environment, and what a person should know about it. */
export interface Pinned {
  readonly environment: Environment;
  readonly notes: readonly string[];
}

function withPins(
  environment: Environment,
  source: Source,
  presented: readonly PresentedCertificate[],
): Environment {
  const [, value] = pinSetting(presented).split("=");
  const pinned = source.variable("SSL_FINGERPRINT");
  return { ...environment, get: (name) => name === pinned ? value : environment.get(name) };
}

/**
 * The environment with the fingerprints of its hosts, where they are needed and all of a cluster's
 * can be had: some alone would shut out the other hosts. Certificates that verify need no pin, which
 * would end with their next renewal. What a file of settings says stays there.
 */
export async function pinned(environment: Environment): Promise<Pinned> {
  if (environment.file) return { environment, notes: [] };
  let pinned: Pinned = { environment, notes: [] };
  for (const source of clusterSources(environment, []).values()) {
    const { environment, notes } = await pinnedFor(pinned.environment, source);
    pinned = { environment, notes: [...pinned.notes, ...notes] };
  }
  return pinned;
}

async function pinnedFor(environment: Environment, source: Source): Promise<Pinned> {
  const hosts = unpinnedHosts(source);
  const results = await Promise.allSettled(hosts.map(readCertificate));
  const failures = results.flatMap((result, index) =>
    result.status === "rejected" ? [`${hosts[index]?.name}: ${errorMessage(result.reason)}`] : []
  );
  const presented = results.flatMap((result) =>
    result.status === "fulfilled" ? [result.value] : []
  );
  if (failures.length > 0) {
    return {
      environment,
      notes: [
        `No certificate is pinned, since not every host showed one (${failures.join("; ")}).`,
        `The first one seen will be trusted at every start, until ${
          source.variable("SSL_FINGERPRINT")
        } is set: \`proxmox-mcp doctor\` prints it.`,
      ],
    };
  }
  if (presented.every(({ verifies }) => verifies)) return { environment, notes: [] };
  return {
    environment: withPins(environment, source, presented),
    notes: [
      ...presented.map(({ certificate }, index) =>
        `Pins the certificate that ${hosts[index]?.name} shows: ${describeCertificate(certificate)}`
      ),
      "Compare each fingerprint with `pvenode cert info` on the node before you use it.",
    ],
  };
}
