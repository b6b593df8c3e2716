/**
 * /nodes/{node}/hardware and /nodes/{node}/capabilities: devices of a node, what its QEMU can do.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import { cpuFlags, customModels } from "../cluster/cpu_models.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { named, text } from "../core/params.ts";
import type { Entry } from "../core/tables.ts";

const PCI: readonly Entry[] = [
  device(
    "0000:00:00.0",
    "0x060000",
    "0x8086",
    "Intel Corporation",
    "0x2020",
    "Sky Lake-E DMI3",
    -1,
  ),
  device(
    "0000:3b:00.0",
    "0x030200",
    "0x10de",
    "NVIDIA Corporation",
    "0x1eb8",
    "TU104GL [Tesla T4]",
    31,
  ),
  device(
    "0000:18:00.0",
    "0x020000",
    "0x8086",
    "Intel Corporation",
    "0x1572",
    "Ethernet Controller X710",
    24,
  ),
  device(
    "0000:5e:00.0",
    "0x010802",
    "0x144d",
    "Samsung Electronics",
    "0xa80a",
    "NVMe SSD PM9A3",
    40,
  ),
];

const USB: readonly Entry[] = [
  {
    busnum: 1,
    devnum: 2,
    port: 1,
    level: 1,
    class: 0,
    vendid: "0403",
    prodid: "6001",
    manufacturer: "FTDI",
    product: "Serial adapter",
    speed: "12",
    usbpath: "1",
  },
  {
    busnum: 2,
    devnum: 1,
    port: 0,
    level: 0,
    class: 9,
    vendid: "1d6b",
    prodid: "0003",
    manufacturer: "Linux",
    product: "xHCI Host Controller",
    speed: "10000",
  },
];

/** PCI classes that are left out when nothing else is asked: memory, bridges, processors. */
const HIDDEN_CLASSES = ["05", "06", "0b"];
const VENDORS = {
  AuthenticAMD: ["EPYC", "EPYC-Genoa", "EPYC-Milan", "EPYC-Rome"],
  GenuineIntel: [
    "Cascadelake-Server-v5",
    "Icelake-Server-v6",
    "SapphireRapids",
    "SandyBridge-IBRS",
    "Skylake-Server-v5",
  ],
  default: [
    "host",
    "kvm64",
    "max",
    "qemu64",
    "x86-64-v2",
    "x86-64-v2-AES",
    "x86-64-v3",
    "x86-64-v4",
  ],
};
const MACHINE_VERSIONS = ["10.1", "10.0", "9.2", "9.0", "8.1"];

function device(
  id: string,
  kind: string,
  vendor: string,
  vendor_name: string,
  product: string,
  device_name: string,
  iommugroup: number,
): Entry {
  return {
    id,
    class: kind,
    vendor,
    vendor_name,
    device: product,
    device_name,
    iommugroup,
    subsystem_device: product,
    subsystem_vendor: vendor,
    subsystem_vendor_name: vendor_name,
  };
}

function pci(_cluster: Cluster, call: Call): Entry[] {
  const blacklist = text(call, "pci-class-blacklist");
  const hidden = blacklist === undefined ? HIDDEN_CLASSES : splitList(blacklist);
  return PCI.filter(({ class: kind }) =>
    !hidden.some((each) => String(kind).startsWith(`0x${each}`))
  );
}

function mediated(cluster: Cluster, call: Call): Entry[] {
  const wanted = named(call, "pci-id-or-mapping");
  const mapped = cluster.table("mapping.pci").get(wanted)?.map;
  const isGpu = /3b:00\.0$/.test(wanted) || mapped?.some((map) => map.includes("3b:00.0"));
  if (!isGpu) return [];
  return [{
    type: "nvidia-222",
    name: "GRID T4-1B",
    available: 16,
    description: "framebuffer=1024M",
  }];
}

function machines(): Entry[] {
  return MACHINE_VERSIONS.flatMap((version) => [
    { id: `pc-i440fx-${version}`, type: "i440fx", version },
    { id: `pc-q35-${version}`, type: "q35", version },
  ]);
}

/** Handlers of devices and capabilities. */
export const handlers: Handlers = {
  "GET /nodes/{node}/hardware/pci": pci,
  "GET /nodes/{node}/hardware/pci/{pci-id-or-mapping}/mdev": mediated,
  "GET /nodes/{node}/hardware/usb": () => USB,

  "GET /nodes/{node}/capabilities/qemu/cpu": (cluster) => [
    ...Object.entries(VENDORS).flatMap(([vendor, names]) =>
      names.map((name) => ({ name, vendor, custom: 0 }))
    ),
    ...[...customModels(cluster)].map(([name, { "reported-model": model }]) => ({
      name: `custom-${name}`,
      vendor: Object.entries(VENDORS).find(([, names]) => names.includes(String(model)))?.[0] ??
        "default",
      custom: 1,
    })),
  ],
  "GET /nodes/{node}/capabilities/qemu/cpu-flags": cpuFlags,
  "GET /nodes/{node}/capabilities/qemu/machines": machines,
  "GET /nodes/{node}/capabilities/qemu/migration": () => ({ "has-dbus-vmstate": true }),
};
