/**
 * Tells when two entries of the settings are one cluster: by the authority that signs its nodes'
 * certificates, which no other cluster has, or else by its name and its nodes.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { variableOf } from "../../config/source.ts";
import type { PveClient } from "../../pve/client.ts";
import type { Finding } from "./finding.ts";
import { membershipOf } from "./cluster.ts";

/** What tells a cluster from others, as far as the token sees it. */
export interface ClusterIdentity {
  /** Fingerprint of the cluster's own authority. */
  readonly authority?: string;
  /** Name of the cluster, and of all its nodes; of a single node its name. */
  readonly names?: string;
}

const AUTHORITY = "pve-root-ca.pem";

interface CertificateRow {
  readonly filename?: string;
  readonly fingerprint?: string;
}

async function authorityOf(pve: PveClient): Promise<string | undefined> {
  const nodes = (await pve.request("GET /nodes", {})).data as readonly { readonly node: string }[];
  const [first] = nodes;
  if (!first) return undefined;
  const { data } = await pve.request("GET /nodes/{node}/certificates/info", { node: first.node });
  const rows = data as readonly CertificateRow[];
  return rows.find(({ filename }) => filename === AUTHORITY)?.fingerprint;
}

async function namesOf(pve: PveClient): Promise<string | undefined> {
  const { cluster, nodes } = await membershipOf(pve);
  // Single nodes of one name are many.
  return cluster === undefined ? undefined : `"${cluster}" of ${[...nodes].sort().join(", ")}`;
}

/** What can be known of the cluster behind a client. */
export async function identityOf(pve: PveClient): Promise<ClusterIdentity> {
  const [authority, names] = await Promise.all([
    authorityOf(pve).catch(() => undefined),
    namesOf(pve).catch(() => undefined),
  ]);
  return defined({ authority, names });
}

/** Why two are one, or undefined. */
function sameness(one: ClusterIdentity, other: ClusterIdentity): string | undefined {
  if (one.authority !== undefined && other.authority !== undefined) {
    return one.authority === other.authority
      ? "the same authority signs the certificates of their nodes"
      : undefined;
  }
  return one.names !== undefined && one.names === other.names
    ? `both are the cluster ${one.names}`
    : undefined;
}

/** A finding for each two entries that are one cluster. */
export function sameFindings(identities: ReadonlyMap<string, ClusterIdentity>): Finding[] {
  const all = [...identities];
  return all.flatMap(([name, identity], index) =>
    all.slice(index + 1).flatMap(([other, otherIdentity]): Finding[] => {
      const why = sameness(identity, otherIdentity);
      return why === undefined ? [] : [{
        check: `${name} and ${other}`,
        status: "fail",
        text: `they are one cluster: ${why}. Whatever is in it is found twice`,
        fix: `Leave one of them out; hosts of one cluster stand side by side in ${
          variableOf("HOST", name)
        }`,
      }];
    })
  );
}
