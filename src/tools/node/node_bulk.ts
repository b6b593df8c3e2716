import { some } from "../../base/text/units.ts";
import type { ReadOperation } from "../../pve/api.ts";
import type { ChangeOperation, CurrentState } from "../../pve/effects/effect.ts";
import type { Args } from "../../pve/encode.ts";
import type { Attempt } from "../../pve/errors.ts";
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

/** Those that were named and are not on the node; where all are to leave, they may be. */
function elsewhere({ vms, target }: Args, here: readonly GuestRow[]): string[] {
  if (vms === undefined || target !== undefined) return [];
  return splitList(vms).filter((vmid) => here.every((row) => String(row.vmid) !== vmid));
}

/**
 * Guests left whose configurations are read, each by a request: the call is done, and who asks why
 * is told of the first few by name.
 */
const MAX_CONFIGS = 50;

/** What is there now, each answer read once; of many configurations the first ones. */
function stateOf(context: ReadContext): CurrentState {
  const answers = new Map<string, Promise<unknown>>();
  let configs = 0;
  const read = async (operation: ReadOperation, args: Args): Promise<unknown> =>
    (await context.request(operation, args)).data;
  return {
    get: (operation, args) => {
      const key = JSON.stringify([operation, args]);
      const known = answers.get(key);
      if (known) return known;
      if (operation.endsWith("/config") && ++configs > MAX_CONFIGS) return Promise.resolve();
      const answer = read(operation, args);
      answers.set(key, answer);
      return answer;
    },
    guests: () => context.guests.listFresh(context.signal),
  };
}

/** Why guests are left, in the words of the dry run, and where to look for what reads do not tell. */
async function whyLeft(
  context: ReadContext,
  request: Attempt,
  left: readonly GuestRow[],
): Promise<string[]> {
  const { reasonsToStay } = await import("../../pve/findings/staying.ts");
  const reasons = await reasonsToStay(request, stateOf(context));
  const told = [...reasons.values()].flat().length;
  const where = left.length > MAX_CONFIGS
    ? "the task's log tells, or a dry run"
    : "the task's log tells";
  return [
    ...[...reasons].map(([reason, guests]) => `${some(guests)}: ${reason}`),
    ...(told < left.length
      ? [`${told > 0 ? "Of others" : "Of each"} ${where}; HA acts in its own time`]
      : []),
  ];
}

/**
 * Tells which guests are not as was asked, and why. The task ends well whatever became of single
 * guests.
 */
function whoIsLeft(
  operation: ChangeOperation,
  isLeft: (row: GuestRow) => boolean,
  problem: string,
): (context: ReadContext, args: Args, end: CallResult) => Promise<Outcome> {
  return async (context, args, { state }) => {
    const meant = await guestsMeant(context, args);
    const left = meant.filter(isLeft);
    const node = nodeOf(context);
    const absent = elsewhere(args, meant);
    const problems = [
      ...(left.length > 0 ? [`${problem} ${node}: ${namesOf(left)}`] : []),
      ...(absent.length > 0 ? [`not of ${node}: ${absent.join(", ")}`] : []),
    ];
    if (problems.length === 0) return {};
    if (state !== "done") return { notes: problems };
    const title = `Done, but ${problems.join("; ")}`;
    if (left.length === 0) return { title };
    return { title, notes: await whyLeft(context, { operation, args: { ...args, node } }, left) };
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
/** What tells why guests are left. */
const TELLS = ["GET /nodes/{node}/{type}/{vmid}/config", "GET /cluster/ha/resources"] as const;

export default defineTool({
  name: "proxmox_node_bulk",
  title: "Guests of a node",
  description: "Start, stop or migrate all guests of a node, or vms.",
  parameterDescriptions: { force: "without onboot too" },
  actions: {
    start_all: write("POST /nodes/{node}/startall", {
      params: ["vms", "force"],
      successMessage: "The guests of {node} are running",
      outcome: whoIsLeft(
        "POST /nodes/{node}/startall",
        ({ status }) => status !== "running",
        "not running on",
      ),
      uses: USES,
      alsoReads: TELLS,
    }),
    stop_all: write("POST /nodes/{node}/stopall", {
      successMessage: "The guests of {node} are stopped",
      outcome: whoIsLeft(
        "POST /nodes/{node}/stopall",
        ({ status }) => status === "running",
        "still running on",
      ),
      uses: USES,
      alsoReads: TELLS,
    }),
    migrate_all: write("POST /nodes/{node}/migrateall", {
      params: ["target", "with-local-disks"],
      suppliedByPrepare: ["target"],
      prepare: async (args, context) => await withWorkers(await withTarget(args, context), context),
      listsDryRun: true,
      successMessage: "The guests of {node} are on {target}",
      outcome: whoIsLeft("POST /nodes/{node}/migrateall", () => true, "still on"),
      uses: ["GET /nodes", "GET /cluster/options", ...USES],
      alsoReads: [
        ...TELLS,
        "GET /cluster/resources",
        "GET /cluster/replication",
        "GET /cluster/ha/rules",
      ],
    }),
  },
});
