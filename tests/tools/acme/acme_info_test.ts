import { testSteps } from "../steps.ts";

testSteps("proxmox_acme_info shows plugins without their credentials", "proxmox_acme_info", [
  { call: { action: "list_plugins" }, says: ["cloudflare | dns | cf | [masked]"] },
  { call: { action: "get_plugin", id: "cloudflare" }, says: ["data: [masked]"] },
  { call: { action: "get_plugin", id: "none" }, fails: true, says: ["'none' not defined"] },
]);

testSteps("proxmox_acme_info tells directories and terms", "proxmox_acme_info", [
  { call: { action: "directories" }, says: ["Let's Encrypt V2 | https://acme-v02.api"] },
  { call: { action: "tos" }, says: ["https://"] },
  {
    call: { action: "tos", directory: "ftp://example.com" },
    fails: true,
    says: ["directory: "],
  },
]);
