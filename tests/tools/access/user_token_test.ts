import { testSteps } from "../steps.ts";

const TOKEN = { userid: "bob@pve", tokenid: "new" };

testSteps(
  "proxmox_user_token hands out a new secret once, and says to keep it",
  "proxmox_user_token",
  [
    {
      call: { action: "create", ...TOKEN, comment: "Build", privsep: false },
      says: ["Token bob@pve!new is created", "Keep the value: Proxmox VE shows it only this once"],
      data: { "full-tokenid": "bob@pve!new", value: /./ },
      hides: ["value: [masked]"],
      sends: "POST /access/users/bob@pve/token/new comment=Build&privsep=0",
    },
    { call: { action: "create", ...TOKEN }, fails: true, says: ["already exists"] },
    {
      call: { action: "list", userid: "bob@pve" },
      rows: [{ tokenid: "new", privsep: 0, expire: 0, comment: "Build" }],
    },
    { call: { action: "get", ...TOKEN }, data: { comment: "Build" }, hides: ["value"] },
    {
      call: { action: "update", ...TOKEN, comment: "", expire: 1_900_000_000 },
      says: ["Token bob@pve!new is updated", "2030-03-17"],
      hides: ["value"],
    },
    {
      call: { action: "regenerate", ...TOKEN },
      says: ["the old one is void", "Keep the value"],
      data: { value: /./ },
      sends: "PUT /access/users/bob@pve/token/new regenerate=1",
    },
    { call: { action: "delete", ...TOKEN }, says: ["Token bob@pve!new is deleted"] },
    { call: { action: "get", ...TOKEN }, fails: true, says: ["no such token"] },
    { call: { action: "list", userid: "nobody@pve" }, fails: true },
  ],
);
