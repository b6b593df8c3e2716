import { testSteps } from "../steps.ts";

testSteps("proxmox_acme_info shows plugins without their credentials", "proxmox_acme_info", [
  {
    call: { action: "list_plugins" },
    rows: [{ plugin: "cloudflare", type: "dns", api: "cf", data: "[masked]" }],
  },
  { call: { action: "get_plugin", id: "cloudflare" }, data: { data: "[masked]" } },
  { call: { action: "get_plugin", id: "none" }, fails: true, says: ["'none' not defined"] },
]);

testSteps("proxmox_acme_info tells directories and terms", "proxmox_acme_info", [
  {
    call: { action: "directories" },
    rows: [{ name: "Let's Encrypt V2", url: /^https:\/\/acme-v02\.api/ }],
  },
  { call: { action: "tos" }, says: ["https://"] },
  {
    call: { action: "tos", directory: "ftp://example.com" },
    fails: true,
    says: ["directory: "],
  },
]);
