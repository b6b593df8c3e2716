import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";
import { gibibytes } from "../../pve/size.ts";
import { CONFIG, createdOutcome, CREATION_READS, refuseRestore, vmidOf } from "./_created.ts";
import { checkVolume, defaultStorage } from "./_storage.ts";

/** `8`, `8G`: a size; anything else is PVE's own form, with its storage. */
const SIZE = /^\s*\d+(\.\d+)?\s*[KMGT]?(i?B)?\s*$/i;

async function prepare(input: Args, context: ReadContext): Promise<Args> {
  refuseRestore(input, "restore");
  checkVolume("ostemplate", input.ostemplate, "vztmpl");
  const { storage, rootfs = "8G", ...args } = input;
  const named = defined({ storage });
  const vmid = await vmidOf(args, context);
  const text = String(rootfs);
  if (!SIZE.test(text)) return { ...args, ...named, rootfs: text, vmid };
  const place = storage ?? await defaultStorage(context, "rootdir");
  return { ...args, ...named, rootfs: `${place}:${gibibytes(text)}`, vmid };
}

async function outcome(context: ReadContext, args: Args, end: CallResult): Promise<Outcome> {
  const created = await createdOutcome("lxc")(context, args, end);
  const hasLogin = args.password !== undefined || args["ssh-public-keys"] !== undefined;
  const hasNet = Object.keys(args).some((key) => /^net\d+$/.test(key));
  const left = [
    ...(hasLogin ? [] : ["Nobody can log in yet: it has neither a password nor an SSH key"]),
    ...(hasNet ? [] : ["It has no network card: proxmox_guest_network action=add"]),
  ];
  return end.state === "done" ? { ...created, notes: [...left, ...created.notes ?? []] } : created;
}

export default defineTool({
  name: "proxmox_create_lxc",
  title: "Create a container",
  description: "Create an unprivileged container from a template.",
  parameterDescriptions: {
    ostemplate: "volume, local:vztmpl/…",
    net0: "name=eth0,bridge=vmbr0,ip=dhcp",
  },
  actions: {
    default: write("POST /nodes/{node}/lxc", {
      extraParams: {
        memory: { type: "memory" },
        rootfs: { type: "string", description: "size, default 8G" },
        storage: { type: "string", description: "default local-lvm" },
        config: CONFIG,
      },
      params: [
        "vmid",
        "ostemplate",
        "hostname",
        "cores",
        "net0",
        "nameserver",
        "password",
        "ssh-public-keys",
        "onboot",
        "start",
      ],
      suppliedByPrepare: ["vmid"],
      defaults: { unprivileged: true },
      successMessage: "Created container {vmid} on {node}",
      prepare,
      outcome,
      uses: CREATION_READS,
    }),
  },
});
