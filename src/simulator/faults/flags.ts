/**
 * Faults as one writes them on a command line: `node-offline=pve2,latency=500`.
 *
 * @module
 */
import { lookup } from "../../base/lookup.ts";
import type { Fault } from "./faults.ts";

type Make = (value: string) => Fault;

function number(value: string, fallback: number): number {
  const parsed = Number(value);
  return value !== "" && Number.isFinite(parsed) ? parsed : fallback;
}

/** Faults by name, each with what its value means. */
const FLAGS: Readonly<Record<string, { readonly value: string; readonly make: Make }>> = {
  "bad-json": { value: "", make: () => ({ kind: "bad-json" }) },
  "body": { value: "TEXT", make: (text) => ({ kind: "body", text }) },
  "clock-skew": {
    value: "SECONDS",
    make: (value) => ({ kind: "clock-skew", seconds: number(value, 3600) }),
  },
  "guest-deaf": {
    value: "VMID",
    make: (value) =>
      value === "" ? { kind: "guest-deaf" } : { kind: "guest-deaf", vmid: number(value, 100) },
  },
  "guest-moved": {
    value: "VMID:NODE",
    make: (value) => {
      const [vmid = "", to = ""] = value.split(":");
      return { kind: "guest-moved", vmid: number(vmid, 100), to: to || "pve2" };
    },
  },
  "half-body": { value: "", make: () => ({ kind: "half-body" }) },
  "hostile": { value: "SEED", make: (value) => ({ kind: "hostile", seed: number(value, 1) }) },
  "html": { value: "STATUS", make: (value) => ({ kind: "html", status: number(value, 502) }) },
  "latency": { value: "MS", make: (value) => ({ kind: "latency", ms: number(value, 1000) }) },
  "node-offline": {
    value: "NODE",
    make: (value) => ({ kind: "node-offline", node: value || "pve2" }),
  },
  "node-silent": {
    value: "NODE",
    make: (value) => ({ kind: "node-silent", node: value || "pve2" }),
  },
  "refused": { value: "", make: () => ({ kind: "refused" }) },
  "reset": { value: "", make: () => ({ kind: "reset" }) },
  "status": { value: "STATUS", make: (value) => ({ kind: "status", status: number(value, 500) }) },
  "task-endless": { value: "", make: () => ({ kind: "task-endless" }) },
  "task-fails": {
    value: "MESSAGE",
    make: (value) => ({ kind: "task-fails", message: value || "simulated failure" }),
  },
  "task-warnings": {
    value: "COUNT",
    make: (value) => ({ kind: "task-warnings", count: number(value, 1) }),
  },
  "token-expired": { value: "", make: () => ({ kind: "token-expired" }) },
};

/** How each fault is written. */
export function faultForms(): string[] {
  return Object.entries(FLAGS).map(([name, { value }]) => value === "" ? name : `${name}=${value}`);
}

/**
 * Reads a list of faults.
 *
 * @throws {TypeError} When one is unknown; names those that there are.
 */
export function parseFaults(text: string): Fault[] {
  return text.split(",").filter((part) => part !== "").map((part) => {
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    const flag = lookup(FLAGS, name);
    if (!flag) {
      throw new TypeError(`Cannot simulate "${name}": expected one of ${faultForms().join(", ")}`);
    }
    return flag.make(equals < 0 ? "" : part.slice(equals + 1));
  });
}
