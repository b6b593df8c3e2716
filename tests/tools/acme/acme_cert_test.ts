import { testSteps } from "../steps.ts";

const NODE = { node: "pve1" };

testSteps("proxmox_acme_cert shows and sets what a node orders", "proxmox_acme_cert", [
  {
    call: { action: "config", ...NODE },
    says: ["plugin=cloudflare"],
    data: { acme: "account=default" },
  },
  { call: { action: "config", node: "pve3" }, data: { acme: "not configured" } },
  {
    call: { action: "configure", node: "pve3", acme: "domains=pve3.example.com" },
    says: ["The ACME settings of pve3 are set"],
    sends: "PUT /nodes/pve3/config acme=domains=pve3.example.com",
  },
  { call: { action: "config", node: "pve3" }, says: ["domains=pve3.example.com"] },
  {
    call: { action: "configure", node: "pve3", acme: "realm=x" },
    fails: true,
    says: ["acme: "],
    sends: "",
  },
]);

testSteps("proxmox_acme_cert orders, renews and revokes", "proxmox_acme_cert", [
  { call: { action: "renew", ...NODE }, fails: true },
  {
    call: { action: "order", ...NODE },
    says: ["pve1 has a new certificate"],
    content: { task: { exitstatus: "OK" } },
    sends: "POST /nodes/pve1/certificates/acme/certificate",
  },
  {
    call: { action: "renew", ...NODE, force: true },
    says: ["The certificate of pve1 is renewed"],
    sends: "PUT /nodes/pve1/certificates/acme/certificate force=1",
  },
  {
    call: { action: "revoke", ...NODE },
    says: ["The certificate of pve1 is revoked"],
    content: { task: { exitstatus: "OK" } },
  },
  { call: { action: "revoke", ...NODE }, fails: true },
  { call: { action: "order", node: "pve3" }, fails: true, says: ["domain"] },
]);
