/** What parameters of operations take is said in words that a caller can use. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { type Operation, operationFact, operationNames } from "../../src/pve/api.ts";
import { parameterText, shortChoices } from "../../src/gateway/parameter_text.ts";
import { operationAnswer } from "../../src/gateway/found_answer.ts";

const CONFIG: Operation = "PUT /nodes/{node}/qemu/{vmid}/config";

function text(operation: Operation, name: string, most?: number): string {
  const fact = operationFact(operation);
  return parameterText(operation, name, fact.params[name]!, most);
}

Deno.test("no parameter of any operation is told by the key of a format, or at length", () => {
  for (const operation of operationNames()) {
    for (const name of Object.keys(operationFact(operation).params)) {
      const told = text(operation, name);
      assert(!/#[0-9a-f]{8}/.test(told), `${operation} ${name}: ${told}`);
      assert(told.length <= 200, `${operation} ${name}: ${told}`);
    }
  }
});

Deno.test("property strings are told by their keys, needed ones first", () => {
  assertMatch(text(CONFIG, "net[n]"), /^\[model=\]e1000\/.*\[bridge=bridge-id\].*n: 0…31$/);
  assertEquals(text(CONFIG, "agent", Infinity).split(",")[0], "[enabled=]0/1");
  assertMatch(text(CONFIG, "net[n]", Infinity), /virtio\/vmxnet3.*\[queues=0…64\].*\[trunks=/);
});

Deno.test("choices that are numbered in turn are told as one", () => {
  const unused = Array.from({ length: 256 }, (_, index) => `unused${index}`);
  assertEquals(
    shortChoices(["scsi0", ...unused, "w2k", "win10", "win11"]),
    [
      "scsi0/unused0…255/w2k/win10/win11",
    ].join(),
  );
  assertEquals(shortChoices(["/dev/random", "/dev/hwrng"]), "/dev/random or /dev/hwrng");
});

Deno.test("units, base64, what belongs together and what is for root@pam are told", () => {
  assertMatch(text(CONFIG, "memory"), /MiB$/);
  assertEquals(text(CONFIG, "skiplock"), "root@pam only, no token");
  assertEquals(text(CONFIG, "force"), "with delete");
  assertEquals(text("DELETE /nodes/{node}/qemu/{vmid}/snapshot/{snapname}", "force"), "");
  const write: Operation = "POST /nodes/{node}/qemu/{vmid}/agent/file-write";
  assertEquals(text(write, "content"), "text; base64 with encode=0");
  assertMatch(text("POST /nodes/{node}/vzdump", "tmpdir"), /root@pam only/);
  assertMatch(text(CONFIG, "parallel[n]"), /root@pam only/);
  assert(!text(CONFIG, "hostpci[n]").includes("root@pam"), "a mapped device is for tokens, too");
  const webhook = "POST /cluster/notifications/endpoints/webhook";
  assertEquals(text(webhook, "body"), "text, sent in base64");
  assertEquals(text(webhook, "header"), "name=NAME,value=TEXT; TEXT is sent in base64");
});

Deno.test("parameters of an operation are listed in one form, and one that is named is told whole", () => {
  const { list, notes } = operationAnswer("POST /nodes/{node}/qemu");
  const row = (name: string) => list?.rows.find((each) => each[0] === name);
  assertEquals(row("vmid"), ["vmid", "integer", 1, "100…999999999", ""]);
  assertEquals(row("bios"), ["bios", "string", 0, "seabios/ovmf", "seabios"]);
  assertMatch(notes?.join() ?? "", /query="POST \/nodes\/\{node\}\/qemu NAME"/);
  const whole = operationAnswer("POST /nodes/{node}/qemu", ["net0", "nothing"]);
  assertEquals(whole.list?.rows.map(([name]) => name), ["net[n]"]);
  assertEquals(whole.notes, []);
});
