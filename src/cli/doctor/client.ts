/**
 * What can be told of the client without one: which versions of the protocol it may speak, and what
 * depends on whether it can ask a person.
 *
 * @module
 */
import type { Config } from "../../config/config.ts";
import { confirmationText } from "../../guard/confirmation_text.ts";
import type { Finding } from "./finding.ts";

/** Findings about the side of the client. */
export function clientFindings(config: Config, protocols: readonly string[]): Finding[] {
  const withAsking = confirmationText(config, true);
  const withoutAsking = confirmationText(config, false);
  return [
    {
      check: "MCP",
      status: "ok",
      text: `this server speaks ${protocols.join(", ")}`,
      details: [
        "Which of them a client speaks, and whether it can ask a person, stands in this server's log on stderr when the client connects, from PROXMOX_LOG_LEVEL=info on",
      ],
    },
    {
      check: "Confirmation",
      status: "ok",
      text: withAsking === withoutAsking
        ? withAsking
        : `with a client that can ask a person, ${withAsking}; with one that cannot, ${withoutAsking}`,
    },
  ];
}
