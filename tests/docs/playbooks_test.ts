/**
 * The playbooks' blocks of calls, run over the embedded Proxmox VE from top to bottom. What stands
 * there for something that each cluster has otherwise is made fit first.
 *
 * @module
 */
import { ROOT } from "../../scripts/project.ts";
import { assert } from "../assert.ts";
import { connect, type Harness, rowsOf } from "../harness.ts";
import { blocksOf, callsOf } from "./calls.ts";

const FOLDER = `${ROOT}skills/proxmox-admin`;

/** What a playbook takes as given, and the embedded cluster has otherwise. */
interface Scene {
  readonly prepare?: (server: Harness) => Promise<void>;
  /** Words of the playbook → words that fit this cluster. */
  readonly instead?: Readonly<Record<string, string>>;
}

async function call(server: Harness, name: string, args: Record<string, unknown>): Promise<void> {
  const answer = await server.call(name, args);
  assert(!answer.isError, answer.text);
}

async function withoutHa(server: Harness): Promise<void> {
  for (const rule of ["keep-apart", "prefer-first-node"]) {
    await call(server, "proxmox_ha_rule", { action: "delete", rule });
  }
  await call(server, "proxmox_ha_resource", { action: "delete", sid: "vm:100" });
  for (const vmid of [102, 103]) {
    await call(server, "proxmox_ha_resource", { action: "create", sid: `vm:${vmid}` });
  }
}

const SCENES: Readonly<Record<string, Scene>> = {
  "SKILL.md": {},
  "references/cloud-init.md": {},
  "references/guest-lifecycle.md": {},
  "references/high-availability.md": { prepare: withoutHa },
  "references/networks.md": {},
  "references/performance.md": {},
  "references/security.md": {
    instead: {
      "roleid=GuestOperator": "roleid=Operator",
      "roles=GuestOperator": "roles=Operator",
      "name=management": "name=office",
      "+dc/management": "+dc/office",
    },
  },
  "references/snapshots.md": {},
  "references/storage.md": {
    instead: {
      "storage=nas ": "storage=nas2 ",
      "storage=tank ": "storage=tank2 ",
      "storage=pbs ": "storage=pbs2 ",
      "/dev/sdb,/dev/sdc": "/dev/sde,/dev/sdf",
      '"name":"tank"': '"name":"tank3"',
    },
  },
};

/** The newest backup of VM 102 on the embedded cluster. */
async function newestBackup(server: Harness): Promise<string> {
  const rows = rowsOf(await server.call("proxmox_backup", { action: "list", vmid: 102 }));
  return String(rows[0]?.volid);
}

async function play(server: Harness, text: string): Promise<void> {
  for (const block of blocksOf(text).filter(({ language }) => language === "text")) {
    for (const { name, args } of callsOf(`\`\`\`text\n${block.text}\n\`\`\``)) {
      const answer = await server.call(name, args);
      assert(!answer.isError, `${name} ${JSON.stringify(args)}: ${answer.text}`);
    }
  }
}

for (const [file, { prepare, instead = {} }] of Object.entries(SCENES)) {
  Deno.test(`the calls of proxmox-admin's ${file} run from top to bottom`, async () => {
    await using server = await connect();
    await prepare?.(server);
    let text = await Deno.readTextFile(`${FOLDER}/${file}`);
    for (const [from, to] of Object.entries(instead)) text = text.replaceAll(from, to);
    await play(server, text);
  });
}

Deno.test("a restore is proven as proxmox-admin's backup-restore.md says, and leaves nothing", async () => {
  await using server = await connect();
  const text = await Deno.readTextFile(`${FOLDER}/references/backup-restore.md`);
  const [, proof = ""] = text.split("## Prove a restore");
  const [block] = blocksOf(proof);
  assert(block);
  const archive = await newestBackup(server);
  const calls = block.text.replace(/archive=\S+/, `archive=${archive}`)
    .replace("systemctl is-system-running", "hostname");
  await play(server, `\`\`\`text\n${calls}\n\`\`\``);
  const left = rowsOf(await server.call("proxmox_guest_list", { fields: "vmid" }));
  assert(!left.some(({ vmid }) => vmid === 9102), "The restored VM is still there");
});
