/**
 * Calls of the tools for Ceph, certificates and ACME.
 *
 * @module
 */
import { issueCertificate } from "../../../src/simulator/server/certificates.ts";
import type { Args, Calls } from "./line.ts";

const NODE = { node: "pve1" };
const THIRD = { node: "pve3" };
const POOL = { name: "fast" };
const POOLED = [["proxmox_ceph_pool", { action: "create", ...POOL }]] as const;
const ROOT_ONLY = { closed: "root only" } as const;
const OUT_AND_DOWN = [
  ["proxmox_ceph_osd", { action: "out", ...NODE, id: 0 }],
  ["proxmox_api_call", {
    operation: "POST /nodes/pve1/ceph/stop",
    params: { service: "osd.0" },
  }],
] as const;
const CUSTOM = { ...NODE, force: true, restart: true };

/** A certificate for a node, with its key. */
async function itsCertificate(): Promise<Args> {
  const { certificate, privateKey } = await issueCertificate({ names: ["pve1.example.com"] });
  return { ...CUSTOM, certificates: certificate, key: privateKey };
}

export const CEPH_CALLS: Calls = {
  proxmox_ceph: { status: [NODE] },
  proxmox_ceph_fs: {
    list: [NODE],
    create: [{ ...NODE, name: "second" }],
    delete: [{ ...NODE, name: "second" }, {
      after: [["proxmox_ceph_fs", { action: "create", name: "second" }]],
    }],
  },
  proxmox_ceph_mds: {
    list: [NODE],
    create: [{ ...THIRD, name: "pve3" }],
    delete: [{ node: "pve2", name: "pve2" }],
  },
  proxmox_ceph_mon: {
    list: [NODE],
    create: [{ ...THIRD, monid: "pve3" }, {
      after: [["proxmox_ceph_mon", { action: "delete", ...THIRD, monid: "pve3" }]],
    }],
    delete: [{ ...THIRD, monid: "pve3" }],
  },
  proxmox_ceph_osd: {
    list: [NODE],
    create: [{ ...NODE, dev: "/dev/sde" }, ROOT_ONLY],
    in: [{ ...NODE, id: 0 }],
    out: [{ ...NODE, id: 0 }],
    scrub: [{ ...NODE, id: 0 }],
    delete: [{ ...NODE, id: 0 }, { ...ROOT_ONLY, after: OUT_AND_DOWN }],
  },
  proxmox_ceph_pool: {
    list: [NODE],
    get: [{ name: "vm" }],
    create: [{ ...NODE, ...POOL, size: 3, pg_num: 64 }],
    update: [{ ...NODE, ...POOL, size: 2 }, { after: POOLED, reference: ["size"] }],
    delete: [{ ...NODE, ...POOL }, { after: POOLED }],
  },
};

const ACCOUNT = { name: "default", contact: "admin@example.com" };
const ORDERED = [["proxmox_acme_cert", { action: "order", ...NODE }]] as const;

/** Certificates and ACME. */
export const CERTIFICATE_CALLS: Calls = {
  proxmox_certificate: {
    list: [NODE],
    upload: [itsCertificate, { reference: ["key"] }],
    delete: [NODE],
  },
  proxmox_acme_account: {
    list: [{}],
    get: [{ name: "default" }, ROOT_ONLY],
    create: [{ ...ACCOUNT, name: "second" }, ROOT_ONLY],
    update: [ACCOUNT, ROOT_ONLY],
    delete: [{ name: "default" }, ROOT_ONLY],
  },
  proxmox_acme_cert: {
    order: [NODE],
    renew: [{ ...NODE, force: true }, { after: ORDERED, reference: ["force"] }],
    revoke: [NODE, { after: ORDERED }],
    config: [NODE],
    configure: [{ ...NODE, acme: "domains=pve1.example.com" }],
  },
  proxmox_acme_info: {
    list_plugins: [{}],
    get_plugin: [{ id: "cloudflare" }],
    create_plugin: [{ id: "desec", api: "desec", data: "DEDYN_TOKEN=example" }],
    update_plugin: [{ id: "cloudflare", data: "CF_Token=example" }],
    delete_plugin: [{ id: "cloudflare" }],
    directories: [{}],
    tos: [{}],
  },
};
