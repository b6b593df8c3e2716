import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";
import { issueCertificate } from "../../../src/simulator/server/certificates.ts";

const NODE = { node: "pve1" };
const RESTART = "pveproxy serves it only after a restart";

Deno.test("proxmox_certificate uploads a certificate, replaces and removes it", async () => {
  const { certificate, privateKey } = await issueCertificate({ names: ["pve1.example.com"] });
  const upload = { action: "upload", ...NODE, certificates: certificate };
  await using harness = await connect();
  await walk(harness, "proxmox_certificate", [
    { call: { action: "list", ...NODE }, says: ["pve-ssl.pem"], hides: ["pveproxy-ssl.pem"] },
    { call: upload, fails: true, says: ["without (existing) key"] },
    {
      call: { ...upload, key: privateKey },
      says: ["pve1 has the new certificate", "fingerprint: ", RESTART],
      hides: ["PRIVATE KEY"],
    },
    {
      call: { ...upload, restart: true },
      fails: true,
      says: ["force flag is not set"],
      hides: [RESTART],
    },
    { call: { ...upload, force: true, restart: true }, hides: [RESTART] },
    { call: { action: "list", ...NODE }, says: ["pveproxy-ssl.pem"] },
    {
      call: { action: "delete", ...NODE, restart: true },
      says: ["pve1 is back to the cluster's own certificate"],
      sends: "DELETE /nodes/pve1/certificates/custom restart=1",
    },
  ]);
});

testSteps(
  "proxmox_certificate refuses what is no certificate, and needs a node",
  "proxmox_certificate",
  [
    {
      call: { action: "upload", ...NODE, certificates: "hello" },
      fails: true,
      says: ["certificates: "],
      sends: "",
    },
    { call: { action: "delete" }, fails: true, says: ["node: is missing"], sends: "" },
  ],
);
