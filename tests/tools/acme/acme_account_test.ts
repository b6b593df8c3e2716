import { type Step, testSteps } from "../steps.ts";

function refused(call: Step["call"]): Step {
  return {
    call,
    fails: true,
    says: ["cannot be done with an API token", "root@pam", "Nothing was sent"],
    sends: "",
  };
}

testSteps(
  "proxmox_acme_account lists, and says before sending what tokens may not",
  "proxmox_acme_account",
  [
    { call: { action: "list" }, says: ["ACME accounts: 1", "default"] },
    refused({ action: "get", name: "default" }),
    refused({ action: "create", contact: "admin@example.com" }),
    refused({ action: "update", name: "default", contact: "admin@example.com" }),
    refused({ action: "delete", name: "default" }),
    // What is missing does not matter for what cannot be done.
    refused({ action: "create" }),
  ],
);
