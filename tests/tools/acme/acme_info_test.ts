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

const TOKEN = "CF_Token=geheim-123";

testSteps("proxmox_acme_info makes plugins of readable credentials", "proxmox_acme_info", [
  {
    call: { action: "create_plugin", id: "flare", api: "cf", data: TOKEN },
    says: ['ACME plugin "flare" is there'],
    hides: ["geheim"],
    sends: `POST /cluster/acme/plugins id=flare&api=cf&type=dns&data=${btoa(TOKEN)}`,
  },
  {
    call: {
      action: "update_plugin",
      id: "flare",
      data: { CF_Token: "geheim-123", CF_Zone_ID: "z" },
    },
    hides: ["geheim"],
    sends: `PUT /cluster/acme/plugins/flare data=${btoa(`${TOKEN}\nCF_Zone_ID=z`)}&digest=…`,
  },
  {
    call: { action: "create_plugin", id: "other", data: TOKEN },
    fails: true,
    says: ["api"],
    hides: ["geheim"],
  },
  {
    call: { action: "delete_plugin", id: "flare" },
    says: ['ACME plugin "flare" is deleted'],
    sends: "DELETE /cluster/acme/plugins/flare",
  },
]);
