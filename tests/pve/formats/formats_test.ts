import {
  type CheckErrors,
  checkFormat,
  checkValue,
  parsePropertyString,
  printPropertyString,
} from "../../../src/pve/formats/formats.ts";
import { operationFact } from "../../../src/pve/api.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const params = operationFact("POST /nodes/{node}/qemu").params;
const NET = params["net[n]"]?.format ?? "";
const SCSI = params["scsi[n]"]?.format ?? "";

function errorsOf(name: string, value: unknown, path = name): Record<string, string> {
  const fact = params[name];
  assert(fact, name);
  const errors: CheckErrors = new Map();
  checkValue(fact, value, path, errors);
  return Object.fromEntries(errors);
}

Deno.test("checkValue() answers in PVE's own words, as a real PVE did", () => {
  assertEquals(errorsOf("vmid", "99"), {
    vmid: "invalid format - value does not look like a valid VM ID\n",
  });
  assertEquals(errorsOf("memory", "abc"), {
    memory:
      "invalid format - format error\nmemory.current: type check ('integer') failed - got 'abc'\n",
  });
  assertEquals(errorsOf("onboot", "true"), {
    onboot: "type check ('boolean') failed - got 'true'",
  });
  const net = errorsOf("net[n]", "badmodel", "net0");
  assertEquals(
    net["net0"]?.split("\n")[1]?.slice(0, 70),
    "net0.model: value 'badmodel' does not have a value in the enumeration ",
  );
});

Deno.test("checkFormat() knows each format's good and bad values", () => {
  const cases: [format: string, good: string[], bad: string[]][] = [
    ["pve-node", ["pve1", "a"], ["pve_1", "-a", "../x", "a/b", "pve1\n"]],
    ["pve-vmid", ["100", "999999999"], ["99", "1000000000", "0100", "abc"]],
    ["pve-storage-id", ["local-lvm", "a1"], ["a", "1a", "a/b", "a-"]],
    ["pve-configid", ["snap1", "a_b-c"], ["a", "1a", "a.b", "a/b"]],
    ["pve-iface", ["vmbr0", "eth0.100", "eth0:1"], ["e", "0eth", "a/b"]],
    ["pve-userid", ["root@pam", "a.b@pve"], ["root", "a/b@pve", "a b@pve"]],
    ["pve-volume-id", ["local:iso/a.iso", "lvm:vm-100-disk-0"], ["local", ":x", "1l:x"]],
    ["pve-poolid", ["prod", "prod/web/db"], ["a/b/c/d", "a b"]],
    ["pve-priv", ["VM.Audit", "Sys.Modify", "VM.Monitor"], ["VM.GuestAgent", "vm.audit"]],
    ["CIDR", ["10.0.0.0/24", "fd00::/64"], ["10.0.0.0", "10.0.0.0/7", "fd00::/129"]],
    ["ipv4", ["10.0.0.1", "255.255.255.255"], ["256.0.0.1", "1.2.3", "1.2.3.4.", "01.2.3.4"]],
    ["ipv6", ["::", "fe80::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4"], [":::", "1::2::3", "g::"]],
    ["ipv4mask", ["255.255.255.0", "0.0.0.0"], ["255.0.255.0", "255.255.255.1"]],
    ["mac-addr", ["BC:24:11:00:00:01"], ["01:00:5e:00:00:01", "bc-24-11-00-00-01"]],
    ["disk-size", ["32G", "1.5T", "512"], ["32GB", "-1", "G"]],
    ["pve-tag-list", ["", "prod;web", "a,b c"], ["-x", "a;b/c"]],
    ["pve-vlan-id-or-range-list", ["2 4-100"], ["1", "5-4", "x"]],
    ["email-opt", ["", "a@b.example"], ["a@"]],
    ["pve-calendar-event", ["daily", "mon..fri 02:00", "*/30", "sat 03:15", "02:00"], ["", "soon"]],
    ["pve-fw-dport-spec", ["22", "80,443", "6000:6100", "ssh", "echo-request"], ["70000", "x!"]],
    ["pve-fw-addr-spec", ["+blue", "10.0.0.0/8,10.1.0.1", "10.0.0.1-10.0.0.9"], [
      "10.0.0.0.0",
      "1.2.3.4,::1",
    ]],
    ["pve-startup-order", ["order=1,up=30,down=60", "2"], ["first", ""]],
    ["prune-backups", ["keep-last=3,keep-daily=7", "keep-all=1"], [
      "keep=3",
      "keep-all=1,keep-last=2",
    ]],
    ["storage-pair-list", ["local:nfs,lvm:lvm2", "1"], ["a b:c:d"]],
    ["pve-replication-job-id", ["100-0"], ["99-0", "100"]],
  ];
  for (const [format, good, bad] of cases) {
    for (const value of good) {
      assertEquals(checkFormat(format, value), undefined, `${format} ${value}`);
    }
    for (const value of bad) assert(checkFormat(format, value) !== undefined, `${format} ${value}`);
  }
});

Deno.test("parsePropertyString() resolves default keys, aliases and booleans", () => {
  assertEquals(parsePropertyString(NET, "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=yes"), {
    model: "virtio",
    macaddr: "BC:24:11:00:00:01",
    bridge: "vmbr0",
    firewall: "1",
  });
  assertEquals(parsePropertyString(SCSI, "volume=local-lvm:8,ssd=on"), {
    file: "local-lvm:8",
    ssd: "1",
  });
});

Deno.test("parsePropertyString() names what PVE would name", () => {
  const messages: [text: string, message: string][] = [
    [
      "virtio,colour=red",
      "format error\nnet0.colour: property is not defined in schema and the schema does not allow additional properties",
    ],
    [
      "virtio,constructor=1,__proto__=1",
      "format error\nnet0.constructor: property is not defined in schema and the schema does not allow additional properties\nnet0.__proto__: property is not defined in schema and the schema does not allow additional properties",
    ],
    ["virtio,tag=2,tag=3", "duplicate key in comma-separated list property: tag"],
    ["virtio,e1000", "duplicate key in comma-separated list property: model"],
    ["=virtio", "missing key in comma-separated list property"],
    ["bridge=vmbr0", "format error\nnet0.model: property is missing and it is not optional"],
  ];
  for (const [text, message] of messages) {
    const error = assertThrows(() => parsePropertyString(NET, text, "net0"), TypeError);
    assertEquals(error.message, message);
  }
});

Deno.test("printPropertyString() writes what parsePropertyString() reads", () => {
  const text = printPropertyString(NET, {
    tag: 5,
    firewall: true,
    model: "virtio",
    macaddr: "BC:24:11:00:00:01",
    bridge: "vmbr0",
    mtu: undefined,
  });
  assertEquals(text, "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=5");
  assertEquals(printPropertyString(NET, parsePropertyString(NET, text)), text);
  assertEquals(
    printPropertyString(SCSI, { file: "local-lvm:32", ssd: true }),
    "local-lvm:32,ssd=1",
  );
  assertThrows(() => printPropertyString(NET, { colour: "red" }), TypeError, `there is no key`);
});
