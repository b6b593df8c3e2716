/** The workflows of the README, run over the embedded Proxmox VE to the end that it states. */
import { ROOT } from "../../scripts/project.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { connect, type Harness, rowsOf, type ToolAnswer } from "../harness.ts";
import { callsOf } from "./calls.ts";

const [, SECTION = ""] = /^## Workflows\n([\s\S]*?)^## /m.exec(
  Deno.readTextFileSync(`${ROOT}README.md`),
) ?? [];

/** The block of calls below a heading of the section, and the words after it. */
function workflow(title: string): { readonly calls: string; readonly end: string } {
  const [, , rest = ""] = SECTION.split(new RegExp(`^### "(${title})"$`, "m"));
  const [, calls = "", end = ""] = /^```text\n([\s\S]*?)^```\n\n([\s\S]*?)(?=\n\n###|\s*$)/m
    .exec(rest) ?? [];
  assert(calls !== "" && end !== "", `The README has no workflow "${title}"`);
  return { calls, end };
}

/** Calls one after another; each must succeed. A UPID is that of the list before it. */
async function follow(server: Harness, text: string): Promise<ToolAnswer[]> {
  const answers: ToolAnswer[] = [];
  let upid: unknown;
  for (const { name, args } of callsOf(`\`\`\`text\n${text}\`\`\``)) {
    const answer = await server.call(name, "upid" in args ? { ...args, upid } : args);
    assert(!answer.isError, `${name}: ${answer.text}`);
    if (Array.isArray(answer.structured.columns)) upid = rowsOf(answer)[0]?.upid ?? upid;
    answers.push(answer);
  }
  return answers;
}

function dataOf(answer: ToolAnswer | undefined): Readonly<Record<string, unknown>> {
  return answer?.structured.data as Readonly<Record<string, unknown>>;
}

/** The embedded cluster has VM 100 under HA already. */
async function withoutHa(): Promise<Harness> {
  const server = await connect();
  for (const rule of ["keep-apart", "prefer-first-node"]) {
    await server.call("proxmox_ha_rule", { action: "delete", rule });
  }
  const answer = await server.call("proxmox_ha_resource", { action: "delete", sid: "vm:100" });
  assert(!answer.isError, answer.text);
  return server;
}

Deno.test("an Ubuntu VM of 4 cores, 8 GB and 50 GB is created and boots the installer", async () => {
  const { calls } = workflow(
    "Create an Ubuntu VM with 4 cores, 8 GB of memory and a 50 GB disk",
  );
  await using server = await connect();
  const answers = await follow(server, calls);
  const status = dataOf(answers.at(-1));
  assertEquals([status.status, status.name], ["running", "ubuntu01"]);
  const config = dataOf(await server.call("proxmox_guest_config", { vmid: "ubuntu01" }));
  assertEquals([Number(config.cores), Number(config.memory)], [4, 8192]);
  assertStringIncludes(String(config.scsi0), "size=50G");
  assertStringIncludes(
    String(config.ide2),
    "local:iso/ubuntu-24.04.3-live-server-amd64.iso,media=cdrom",
  );
});

Deno.test("VM 100 becomes highly available, with its preferred nodes", async () => {
  const { calls } = workflow("Make VM 100 highly available");
  await using server = await withoutHa();
  const answers = await follow(server, calls);
  const state = rowsOf(answers.at(-1)!).find(({ sid }) => sid === "vm:100");
  assertStringIncludes(String(state?.status), "started");
  const rules = rowsOf(await server.call("proxmox_ha_rule", { action: "list" }));
  const [rule] = rules.filter(({ resources }) => String(resources).includes("vm:100"));
  assertEquals([rule?.type, rule?.nodes], ["node-affinity", "pve1:2,pve2:1"]);
});

Deno.test("VM 100 that will not start is found out and runs", async () => {
  const { calls } = workflow("VM 100 will not start");
  await using server = await withoutHa();
  await server.call("proxmox_guest_stop", { vmid: 100 });
  // Somebody deleted the ISO that is in its drive.
  const guest = server.simulator.cluster.guests.get(100)!;
  guest.config.ide2 = "local:iso/installer.iso,media=cdrom";
  const failed = await server.call("proxmox_guest_start", { vmid: 100 });
  assert(failed.isError, "VM 100 starts though its ISO is gone");
  const answers = await follow(server, calls);
  assertStringIncludes(answers[2]?.text ?? "", "volume 'local:iso/installer.iso' does not exist");
  const status = dataOf(await server.call("proxmox_guest_status", { vmid: 100 }));
  assertEquals(status.status, "running");
});

Deno.test("every workflow of the README is run here", () => {
  const titles = [...SECTION.matchAll(/^### "(.+)"$/gm)].map(([, title]) => title);
  assertEquals(titles.length, 3);
});
