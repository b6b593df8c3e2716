/**
 * Certificates of every kind, and how a transport takes them.
 *
 * @module
 */
import {
  createAuthority,
  issueCertificate,
  type IssuedCertificate,
} from "../../../src/simulator/server/certificates.ts";
import type { TlsCheck } from "../../../src/pve/transport/certificate.ts";
import { type Transport, TransportError } from "../../../src/pve/transport/transport.ts";
import { assertEquals } from "../../assert.ts";
import { request } from "./open_transport.ts";
import { NAMES, selfSigned } from "./tls_server.ts";

const DAY = 24 * 60 * 60 * 1000;
const past = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) };
const future = { notBefore: new Date(Date.now() + DAY), notAfter: new Date(Date.now() + 9 * DAY) };

/** The authority that the settings name. */
export const trusted = await createAuthority();
const intermediate = await createAuthority({ authority: trusted });
const cluster = await createAuthority();

/** The certificate with that of its authority behind it, as public authorities want it sent. */
function withChain(issued: IssuedCertificate): IssuedCertificate {
  return { ...issued, certificate: issued.certificate + intermediate.certificate };
}

/** Certificates by kind, of `trusted` and of an authority of the cluster's own. */
export const CERTIFICATES = {
  "public-like chain": withChain(
    await issueCertificate({ authority: intermediate, names: NAMES }),
  ),
  "signed by the CA file": await issueCertificate({ authority: trusted, names: NAMES }),
  "PVE chain": await issueCertificate({ authority: cluster, names: NAMES }),
  "self-signed": await selfSigned(),
  "wrong name": await issueCertificate({ authority: trusted, names: ["pve9"] }),
  "PVE chain, wrong name": await issueCertificate({ authority: cluster, names: ["pve9"] }),
  "expired": await issueCertificate({ authority: trusted, names: NAMES, ...past }),
  "PVE chain, expired": await issueCertificate({ authority: cluster, names: NAMES, ...past }),
  "not yet valid": await issueCertificate({ authority: trusted, names: NAMES, ...future }),
  "self-signed, not yet valid": await issueCertificate({ names: NAMES, ...future }),
} as const;

/** A kind of certificate. */
export type Kind = keyof typeof CERTIFICATES;

/** What came of asking a server. */
export interface Answer {
  /** Checks that refused its certificate. */
  readonly checks: readonly TlsCheck[];
  readonly error: TransportError | undefined;
}

/** Asks for `/`, with a token, and tells which checks refused the server's certificate. */
export async function ask(transport: Transport, url: URL): Promise<Answer> {
  try {
    const response = await transport.fetch(
      url,
      request({ headers: { Authorization: "PVEAPIToken=root@pam!mcp=secret" } }),
    );
    assertEquals(await response.text(), "{}");
    return { checks: [], error: undefined };
  } catch (error) {
    if (!(error instanceof TransportError) || error.failure !== "tls") throw error;
    assertEquals(error.details.maybeSent, false);
    return { checks: error.details.checks ?? [], error };
  }
}
