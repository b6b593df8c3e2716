import { defineTool, type ExtraParam, read, write } from "../../tool/define.ts";

const TYPES = ["smtp", "gotify", "sendmail", "webhook"] as const;
const TARGET_TYPE: Readonly<Record<string, ExtraParam>> = {
  target_type: { type: "string", enum: TYPES, required: true },
};

export default defineTool({
  name: "proxmox_notification",
  title: "Notification targets",
  description: "Where notifications go.",
  parameterDescriptions: {
    target_type:
      "smtp: server, from, mailto, mode, port, username, password; gotify: server, token; sendmail: mailto, mailto-user; webhook: method, url, header and secret (name=N,value=V), body",
  },
  actions: {
    list: read("GET /cluster/notifications/targets", {
      columns: ["name", "type", "origin", "disable", "comment"],
    }),
    get: read({
      param: "target_type",
      operations: {
        smtp: "GET /cluster/notifications/endpoints/smtp/{name}",
        gotify: "GET /cluster/notifications/endpoints/gotify/{name}",
        sendmail: "GET /cluster/notifications/endpoints/sendmail/{name}",
        webhook: "GET /cluster/notifications/endpoints/webhook/{name}",
      },
    }, { extraParams: TARGET_TYPE, successMessage: 'Notification target "{name}"' }),
    create: write({
      param: "target_type",
      operations: {
        smtp: "POST /cluster/notifications/endpoints/smtp",
        gotify: "POST /cluster/notifications/endpoints/gotify",
        sendmail: "POST /cluster/notifications/endpoints/sendmail",
        webhook: "POST /cluster/notifications/endpoints/webhook",
      },
    }, {
      extraParams: TARGET_TYPE,
      successMessage: 'Notification target "{name}" is created',
    }),
    update: write({
      param: "target_type",
      operations: {
        smtp: "PUT /cluster/notifications/endpoints/smtp/{name}",
        gotify: "PUT /cluster/notifications/endpoints/gotify/{name}",
        sendmail: "PUT /cluster/notifications/endpoints/sendmail/{name}",
        webhook: "PUT /cluster/notifications/endpoints/webhook/{name}",
      },
    }, {
      extraParams: TARGET_TYPE,
      successMessage: 'Notification target "{name}" is updated',
    }),
    delete: write({
      param: "target_type",
      operations: {
        smtp: "DELETE /cluster/notifications/endpoints/smtp/{name}",
        gotify: "DELETE /cluster/notifications/endpoints/gotify/{name}",
        sendmail: "DELETE /cluster/notifications/endpoints/sendmail/{name}",
        webhook: "DELETE /cluster/notifications/endpoints/webhook/{name}",
      },
    }, {
      extraParams: TARGET_TYPE,
      successMessage: 'Notification target "{name}" is deleted',
    }),
    test: write("POST /cluster/notifications/targets/{name}/test", {
      successMessage: 'A test notification went to "{name}"',
    }),
  },
});
