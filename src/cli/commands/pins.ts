/**
 * Pins for a client's configuration: asks the hosts for their certificates where the settings leave
 * it to the first use to say which is right. Nothing but a handshake is sent.
 *
 * @module
 */
import { type Environment, readSettings } from "../../config/config.ts";
import { apiUrl } from "../../config/values.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { describeCertificate } from "../../pve/certificate.ts";
import {
  type Endpoint,
  endpointOf,
  pinSetting,
  readCertificate,
  type ShownCertificate,
} from "../../pve/shown_certificate.ts";
import { configKey, SETTINGS } from "../../config/settings.ts";

/** Settings with which no first use decides. */
const DECIDING = ["SSL_FINGERPRINT", "SSL_CA_CERT", "SSL_PIN_FILE"] as const;

/** The hosts whose certificates nothing in the settings tells. */
function unpinnedHosts(environment: Environment): Endpoint[] {
  const given = readSettings(environment, ["HOST", "PORT", "SSL_MODE", ...DECIDING], []);
  const { proposed } = SETTINGS.SSL_MODE;
  const mode = environment.get("PROXMOX_SSL_MODE") ? given.sslMode : proposed;
  if (mode !== "verify" || DECIDING.some((name) => given[configKey(name)] !== undefined)) return [];
  return (given.host ?? []).map((address) => endpointOf(apiUrl(address, given.port)));
}

/** An environment, and what a person should know about it. */
export interface Pinned {
  readonly environment: Environment;
  readonly told: readonly string[];
}

function withPins(environment: Environment, shown: readonly ShownCertificate[]): Environment {
  const [pinned, value] = pinSetting(shown).split("=");
  return { ...environment, get: (name) => name === pinned ? value : environment.get(name) };
}

/**
 * The environment with the fingerprints of its hosts, where they are needed and all can be had:
 * some alone would shut out the other hosts. Certificates that verify need no pin, which would
 * end with their next renewal.
 */
export async function pinned(environment: Environment): Promise<Pinned> {
  const hosts = unpinnedHosts(environment);
  const results = await Promise.allSettled(hosts.map(readCertificate));
  const failures = results.flatMap((result, index) =>
    result.status === "rejected" ? [`${hosts[index]?.name}: ${errorMessage(result.reason)}`] : []
  );
  const shown = results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  if (failures.length > 0) {
    return {
      environment,
      told: [
        `No certificate is pinned, since not every host showed one (${failures.join("; ")}).`,
        "The first one seen will be trusted at every start, until PROXMOX_SSL_FINGERPRINT is set: `proxmox-mcp doctor` prints it.",
      ],
    };
  }
  if (shown.every(({ verifies }) => verifies)) return { environment, told: [] };
  return {
    environment: withPins(environment, shown),
    told: [
      ...shown.map(({ certificate }, index) =>
        `Pins the certificate that ${hosts[index]?.name} shows: ${describeCertificate(certificate)}`
      ),
      "Compare each fingerprint with `pvenode cert info` on the node before you use it.",
    ],
  };
}
