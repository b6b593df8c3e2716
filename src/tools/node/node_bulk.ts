import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { ToolError } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";

interface NodeRow {
  readonly node: string;
  readonly status?: string;
  readonly maxmem?: number;
  readonly mem?: number;
}

interface GuestRow {
  readonly vmid: number;
  readonly name?: string;
  readonly status: string;
  readonly template?: number | "";
}

/** Guests of the node that the call was about; templates never run. */
async function guestsMeant(context: ReadContext, { vms }: Args): Promise<readonly GuestRow[]> {
  const node = nodeOf(context);
  const lists = await Promise.all([
    context.request("GET /nodes/{node}/qemu", { node }),
    context.request("GET /nodes/{node}/lxc", { node }),
  ]);
  const named = vms === undefined ? undefined : splitList(vms);
  return lists.flatMap(({ data }) => data as readonly GuestRow[]).filter((row) =>
    Number(row.template || 0) === 0 && (named?.includes(String(row.vmid)) ?? true)
  );
}

function namesOf(rows: readonly GuestRow[]): string {
  return rows.map((row) => `${row.name ?? ""} (${row.vmid})`.trim()).toSorted().join(", ");
}

/** Tells which guests were named and are not on the node; where all are to leave, they may be. */
function whoIsElsewhere(
  context: ReadContext,
  { vms, target }: Args,
  here: readonly GuestRow[],
): Outcome {
  if (vms === undefined || target !== undefined) return {};
  const absent = splitList(vms).filter((vmid) => here.every((row) => String(row.vmid) !== vmid));
  if (absent.length === 0) return {};
  return { title: `Done, but not of ${nodeOf(context)}: ${absent.join(", ")}` };
}

/**
 * Tells which guests are not as was asked. The task ends well whatever became of single guests, and
 * it leaves out those that HA cares for, unless they were named.
 */
function whoIsLeft(
  isLeft: (row: GuestRow) => boolean,
  problem: string,
): (context: ReadContext, args: Args, end: CallResult) => Promise<Outcome> {
  return async (context, args, { state }) => {
    const meant = await guestsMeant(context, args);
    const left = meant.filter(isLeft);
    if (left.length === 0) return whoIsElsewhere(context, args, meant);
    const note = `${problem} ${nodeOf(context)}: ${namesOf(left)}`;
    if (state !== "done") return { notes: [note] };
    return {
      title: `Done, but ${note}`,
      notes: [
        "Guests under HA are left out unless named in vms, and HA does it in its own time; " +
        "the task's log tells about others",
      ],
    };
  };
}

/** PVE demands a number of workers, unless the datacenter has one. */
async function withWorkers(args: Args, context: ReadContext): Promise<Args> {
  if (args.maxworkers !== undefined || args["max-workers"] !== undefined) return args;
  const options = await context.request("GET /cluster/options", {})
    .then(({ data }) => data as Readonly<Record<string, unknown>> | null)
    .catch(() => context.signal.throwIfAborted());
  return options && options.max_workers === undefined ? { ...args, maxworkers: 1 } : args;
}

/**
 * Where a dry run, and the code that it hands out, send all guests when the caller does not say: to
 * the node with most memory free.
 */
async function withTarget(args: Args, context: ReadContext): Promise<Args> {
  if (args.target !== undefined) return args;
  const rows = (await context.request("GET /nodes", {})).data as readonly NodeRow[];
  const free = ({ maxmem = 0, mem = 0 }: NodeRow): number => maxmem - mem;
  const [best] = rows.filter(({ node, status }) => node !== nodeOf(context) && status === "online")
    .toSorted((one, other) => free(other) - free(one));
  const { dry_run, confirm } = context.options;
  if (best && (dry_run || (confirm !== undefined && !context.ask))) {
    return { ...args, target: best.node };
  }
  throw new ToolError("Cannot call proxmox_node_bulk migrate_all with these arguments", {
    reason: "Nothing was sent to Proxmox VE",
    parameters: { target: "is missing; a dry run chooses one" },
  });
}

const USES = ["GET /nodes/{node}/qemu", "GET /nodes/{node}/lxc"] as const;

export default defineTool({
  name: "proxmox_node_bulk",
  title: "Guests of a node",
  description: "Start, stop or migrate all guests of a node, or vms.",
  parameterDescriptions: { force: "without onboot too" },
  actions: {
    start_all: write("POST /nodes/{node}/startall", {
      params: ["vms", "force"],
      successMessage: "The guests of {node} are running",
      outcome: whoIsLeft(({ status }) => status !== "running", "not running on"),
      uses: USES,
    }),
    stop_all: write("POST /nodes/{node}/stopall", {
      successMessage: "The guests of {node} are stopped",
      outcome: whoIsLeft(({ status }) => status === "running", "still running on"),
      uses: USES,
    }),
    migrate_all: write("POST /nodes/{node}/migrateall", {
      params: ["target", "with-local-disks"],
      suppliedByPrepare: ["target"],
      prepare: async (args, context) => await withWorkers(await withTarget(args, context), context),
      listsDryRun: true,
      successMessage: "The guests of {node} are on {target}",
      outcome: whoIsLeft(() => true, "still on"),
      uses: ["GET /nodes", "GET /cluster/options", ...USES],
    }),
  },
});
