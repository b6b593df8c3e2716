/**
 * Calls of the tools for people, what they may do, and whom the cluster tells.
 *
 * @module
 */
import type { Args, Calls, Case } from "./line.ts";

const GRANT = { path: "/vms/100", roles: "PVEVMUser", users: "bob@pve" };
const REALM = { realm: "ad1", type: "ad", server1: "192.0.2.9", domain: "example.com" };
const TOKEN = { userid: "bob@pve", tokenid: "ci" };
const POOL = { poolid: "blue" };
const POOLED = [["proxmox_pool", { action: "create", ...POOL }]] as const;

/** Access Control. */
export const ACCESS_CALLS: Calls = {
  proxmox_acl: {
    get: [{ path: "/vms" }],
    effective: [{ userid: "monitoring@pve", path: "/vms" }],
    who: [{ privilege: "VM.Allocate", path: "/vms/100" }],
    update: [GRANT, { reference: ["users"] }],
    delete: [GRANT, { after: [["proxmox_acl", { action: "update", ...GRANT }]] }],
  },
  proxmox_domain: {
    list: [{}],
    get: [{ realm: "corp" }],
    create: [REALM, { reference: ["server1", "domain"] }],
    update: [{ realm: "corp", comment: "Directory" }, { reference: ["comment"] }],
    sync: [{ realm: "corp", scope: "users" }],
    delete: [{ realm: "corp" }],
  },
  proxmox_group: {
    list: [{}],
    get: [{ groupid: "admins" }],
    create: [{ groupid: "ops", users: "bob@pve,carol@pve", comment: "On call" }],
    update: [{ groupid: "admins", users: "bob@pve", append: true, comment: "Night" }, {
      reference: ["comment"],
    }],
    delete: [{ groupid: "helpdesk" }],
  },
  proxmox_pool: {
    list: [{}],
    get: [{ poolid: "production" }],
    create: [{ ...POOL, comment: "Blue" }],
    update: [{ ...POOL, vms: "106", storage: "local" }, {
      after: POOLED,
      reference: ["vms"],
    }],
    remove_members: [{ poolid: "production", vms: "100" }],
    delete: [POOL, { after: POOLED }],
  },
  proxmox_role: {
    list: [{}],
    get: [{ roleid: "PVEVMUser" }],
    create: [{ roleid: "Ops", privs: "VM.Audit,VM.PowerMgmt" }],
    update: [{ roleid: "GuestOperator", privs: "VM.Clone", append: true }, {
      reference: ["privs"],
    }],
    delete: [{ roleid: "GuestOperator" }],
  },
  proxmox_user: {
    list: [{}],
    get: [{ userid: "bob@pve" }],
    create: [{ userid: "dave@pve", groups: "admins", password: "secret-word" }],
    update: [{ userid: "bob@pve", email: "bob@example.org" }],
    delete: [{ userid: "mallory@pve" }],
  },
  proxmox_user_token: {
    list: [{ userid: "bob@pve" }],
    get: [TOKEN],
    create: [{ userid: "bob@pve", tokenid: "new", comment: "Build", privsep: false }],
    update: [{ ...TOKEN, comment: "Build" }],
    regenerate: [TOKEN],
    delete: [TOKEN],
  },
};

const SMTP = {
  target_type: "smtp",
  name: "mail2",
  server: "mail.example.com",
  from: "pve@example.com",
  mailto: "a@example.com",
};
const GOTIFY = {
  target_type: "gotify",
  name: "phone",
  server: "https://gotify.example.com",
  token: "secret-word",
};
const SENDMAIL = { target_type: "sendmail", name: "local", mailto: "a@example.com" };
const HOOK = {
  target_type: "webhook",
  name: "hook",
  url: "https://hook.example.com",
  method: "post",
};

/** A case after the target was made. */
function told(target: Args, args: Args = {}): Case {
  const { target_type, name } = target;
  return [{ target_type, name, ...args }, {
    after: [["proxmox_notification", { action: "create", ...target }]],
  }];
}

export const NOTIFICATION_CALLS: Calls = {
  proxmox_notification: {
    list: [{}],
    get: { smtp: told(SMTP), gotify: told(GOTIFY), sendmail: told(SENDMAIL), webhook: told(HOOK) },
    create: {
      smtp: [SMTP, { reference: ["server", "from", "mailto"] }],
      gotify: [GOTIFY, { reference: ["server", "token"] }],
      sendmail: [SENDMAIL, { reference: ["mailto"] }],
      webhook: [HOOK],
    },
    update: {
      smtp: told(SMTP, { comment: "Ops" }),
      gotify: told(GOTIFY, { comment: "Ops" }),
      sendmail: told(SENDMAIL, { comment: "Ops" }),
      webhook: told(HOOK, { comment: "Ops" }),
    },
    delete: {
      smtp: told(SMTP),
      gotify: told(GOTIFY),
      sendmail: told(SENDMAIL),
      webhook: told(HOOK),
    },
    test: [{ name: "mail-to-root" }],
  },
};
