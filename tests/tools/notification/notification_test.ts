import { testSteps } from "../steps.ts";

const TOOL = "proxmox_notification";
const MAIL = { target_type: "smtp", name: "mail2" };
const ENDPOINTS = "/cluster/notifications/endpoints";

testSteps("proxmox_notification lists targets and shows each kind", TOOL, [
  {
    call: { action: "list" },
    says: ["Notification targets: 3"],
    rows: [{ name: "company-mail", type: "smtp" }],
  },
  {
    call: { action: "get", target_type: "smtp", name: "company-mail" },
    data: { "from-address": "pve@example.com" },
    hides: ["password"],
  },
  { call: { action: "get", target_type: "webhook", name: "chat" }, data: { method: "post" } },
  { call: { action: "get", target_type: "sendmail", name: "mail-to-root" }, says: ["root@pam"] },
  { call: { action: "get", target_type: "gotify", name: "chat" }, fails: true, says: ["chat"] },
  { call: { action: "get", name: "chat" }, fails: true, says: ["target_type: is missing"] },
]);

testSteps("proxmox_notification sends mail through a server", TOOL, [
  {
    call: {
      action: "create",
      ...MAIL,
      server: "mail.example.com",
      from: "pve@example.com",
      mailto: "a@example.com,b@example.com",
      mode: "starttls",
      port: "587",
      username: "pve",
      password: "secret-word",
    },
    says: ['Notification target "mail2" is created'],
    hides: ["secret-word"],
    sends:
      `POST ${ENDPOINTS}/smtp name=mail2&server=mail.example.com&from-address=pve@example.com&mailto=a@example.com&mailto=b@example.com&mode=starttls&port=587&username=pve&password=secret-word`,
  },
  { call: { action: "create", ...MAIL }, fails: true, says: ["from: is missing", "server: is"] },
  {
    call: { action: "update", ...MAIL, comment: "Ops", from: "x@example.com", delete: "username" },
    says: ['Notification target "mail2" is updated'],
    sends: `PUT ${ENDPOINTS}/smtp/mail2 comment=Ops&from-address=x@example.com&delete=username`,
  },
  { call: { action: "get", ...MAIL }, says: ["x@example.com", "Ops"], hides: ["secret-word"] },
  { call: { action: "update", ...MAIL, name: "none", comment: "x" }, fails: true },
  { call: { action: "delete", ...MAIL }, says: ['Notification target "mail2" is deleted'] },
  { call: { action: "delete", ...MAIL }, fails: true, says: ["does not exist"] },
]);

testSteps("proxmox_notification knows Gotify, sendmail and webhooks", TOOL, [
  {
    call: {
      action: "create",
      target_type: "gotify",
      name: "phone",
      server: "https://gotify.example.com",
      token: "secret-word",
    },
    hides: ["secret-word"],
    sends:
      `POST ${ENDPOINTS}/gotify name=phone&server=https://gotify.example.com&token=secret-word`,
  },
  {
    call: { action: "get", target_type: "gotify", name: "phone" },
    says: ["gotify.example.com"],
    hides: ["secret-word"],
  },
  {
    call: {
      action: "create",
      target_type: "gotify",
      name: "phone2",
      server: "https://gotify.example.com",
      token: "t",
      mailto: "a@example.com",
    },
    fails: true,
    says: ['Cannot use "mailto"', "target_type=gotify"],
    sends: "",
  },
  {
    call: { action: "create", target_type: "sendmail", name: "local", "mailto-user": "root@pam" },
    sends: `POST ${ENDPOINTS}/sendmail name=local&mailto-user=root@pam`,
  },
  {
    call: {
      action: "create",
      target_type: "webhook",
      name: "hook",
      url: "https://hook.example.com",
      method: "post",
      secret: "name=key,value=c2VjcmV0",
      header: "name=Content-Type,value=text/plain",
      body: "{{ message }}",
    },
    sends:
      `POST ${ENDPOINTS}/webhook name=hook&url=https://hook.example.com&method=post&secret=name=key,value=c2VjcmV0&header=name=Content-Type,value=dGV4dC9wbGFpbg==&body=e3sgbWVzc2FnZSB9fQ==`,
  },
  {
    call: { action: "get", target_type: "webhook", name: "hook" },
    says: ["name=key"],
    hides: ["c2VjcmV0"],
  },
]);

testSteps("proxmox_notification tests a target", TOOL, [
  {
    call: { action: "test", name: "mail-to-root" },
    says: ['A test notification went to "mail-to-root"'],
    sends: "POST /cluster/notifications/targets/mail-to-root/test",
  },
  { call: { action: "test", name: "none" }, fails: true, says: ["none"] },
]);
