import { bytes } from "../../../src/base/text/units.ts";
import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_agent_file reads what it wrote, without encoding it twice",
  "proxmox_agent_file",
  [
    {
      call: { operation: "read", vmid: "web01", file: "/etc/hostname" },
      says: [`Read /etc/hostname in web01 (100): ${bytes(6)}`, "encoding: text", "```\nweb01\n```"],
    },
    {
      call: { operation: "write", vmid: "web01", file: "/tmp/a", content: "plain; a=b&c" },
      says: ["Wrote /tmp/a in web01 (100)"],
      sends: "POST /nodes/pve1/qemu/100/agent/file-write file=/tmp/a&content=plain; a=b&c".replace(
        /&c$/,
        "&c",
      ),
    },
    {
      call: { operation: "read", vmid: "web01", file: "/tmp/a" },
      says: ["```\nplain; a=b&c\n```"],
    },
    {
      call: { operation: "write", vmid: "web01", file: "/tmp/u", content: "grüße €" },
      says: ["Wrote /tmp/u"],
      sends:
        "POST /nodes/pve1/qemu/100/agent/file-write file=/tmp/u&content=Z3LDvMOfZSDigqw=&encode=0",
    },
    {
      call: { operation: "read", vmid: "web01", file: "/tmp/u" },
      says: ["```\ngrüße €\n```", `: ${bytes(11)}`],
    },
    {
      call: { operation: "write", vmid: "web01", file: "/tmp/b", content: "//4=", encode: false },
      says: ["Wrote /tmp/b"],
    },
    {
      call: { operation: "read", vmid: "web01", file: "/tmp/b" },
      says: ["encoding: base64", "```\n//4=\n```", `: ${bytes(2)}`],
    },
    {
      call: { operation: "write", vmid: "web01", file: "/tmp/c", content: "ü".repeat(40_000) },
      fails: true,
      says: ["Cannot write so much at once", "61440"],
      sends: "",
    },
    {
      call: { operation: "read", vmid: "web01", file: "/nosuch" },
      fails: true,
      says: ["failed to open file '/nosuch'"],
    },
    {
      call: { operation: "write", vmid: "gitlab", file: "/tmp/a", content: "x" },
      fails: true,
      says: ["QEMU guest agent is not running"],
    },
  ],
);
