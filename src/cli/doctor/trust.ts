/**
 * Whether the certificate is checked as well as it could be; that it was accepted is known from
 * the first answer.
 *
 * @module
 */
import type { Config } from "../../config/config.ts";
import type { Finding } from "./finding.ts";

/** How the certificate of a host was accepted. */
export function trustFinding(name: string, config: Config): Finding {
  const check = `Trust in ${name}`;
  switch (config.SSL_MODE) {
    case "strict":
      return { check, status: "ok", text: "the certificate passes every check" };
    case "insecure":
      return {
        check,
        status: "warn",
        text: "no certificate is checked: the token can be read on the way",
        fix:
          "Set PROXMOX_SSL_MODE=verify and PROXMOX_SSL_FINGERPRINT to the fingerprint shown above, if `pvenode cert info` on the node shows the same",
      };
    case "verify":
      return config.SSL_FINGERPRINT === undefined
        ? {
          check,
          status: "warn",
          text: "the certificate is trusted on first use, at every start",
          fix:
            "Set PROXMOX_SSL_FINGERPRINT to the fingerprint shown above, if `pvenode cert info` on the node shows the same",
        }
        : { check, status: "ok", text: "the certificate is the pinned one" };
  }
}
