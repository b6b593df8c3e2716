import { some } from "../../base/text/units.ts";
import type { ReadOperation } from "../../pve/api.ts";
import type { ChangeOperation, CurrentState } from "../../pve/effects/effect.ts";
import type { Args } from "../../pve/encode.ts";
import type { Attempt } from "../../pve/errors.ts";
import { nameOf } from "../../pve/guests.ts";
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

function namesOf(rows: readonly GuestRow[]): string[] {
  return rows.map((row) => `${row.name ?? ""} (${row.vmid})`.trim()).toSorted();
}

/** The guests that were named and are not on the node, with where they are. */
async function elsewhere(
  context: ReadContext,
  { vms, target }: Args,
  here: readonly GuestRow[],
): Promise<string[]> {
  const away = splitList(vms).filter((vmid) => here.every((row) => String(row.vmid) !== vmid));
  if (away.length === 0) return [];
  const all = await context.guests.listFresh(context.signal);
  return away.flatMap((vmid) => {
    const guest = all.find((each) => String(each.vmid) === vmid);
    if (!guest) return [`${vmid} is not to be seen on any node`];
    // Where guests are to leave, some may have left; a template is here, and is left out.
    return [target, nodeOf(context)].includes(guest.node)
      ? []
      : [`${nameOf(guest)} is on ${guest.node}`];
  });
}

/**
 * The arguments with the guests that run now.
 *
 * @throws {ToolError} When guests are named that the node does not have: PVE does the others, and
 * says nothing.
 */
async function withRunning(args: Args, context: ReadContext): Promise<Args> {
  const here = await guestsMeant(context, args);
  const away = await elsewhere(context, args, here);
  if (away.length > 0) {
    throw new ToolError(`Not all of these guests are on ${nodeOf(context)}`, {
      reason: away.join("; "),
      fault: "invalid",
      notes: ["Nothing was done"],
    });
  }
  const running = here.filter(({ status }) => status === "running").map(({ vmid }) => vmid);
  return { ...args, running: running.join(",") };
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

const STOP = "POST /nodes/{node}/stopall";

/** Those that ran before, and the call that starts just these again. */
function stoppedNotes(node: string, { running }: Args, meant: readonly GuestRow[]): string[] {
  const stopped = meant.filter(({ vmid, status }) =>
    status !== "running" && splitList(running).includes(String(vmid))
  );
  if (stopped.length === 0) return [];
  const vms = stopped.map(({ vmid }) => vmid).toSorted((one, other) => one - other).join(",");
  return [
    `Stopped: ${
      some(namesOf(stopped))
    }; proxmox_node_bulk action=start_all node=${node} vms=${vms} force=true starts just these again`,
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
    const stopped = operation === STOP ? stoppedNotes(node, args, meant) : [];
    if (left.length === 0) return { notes: stopped };
    const what = `${problem} ${node}: ${namesOf(left).join(", ")}`;
    if (state !== "done") return { notes: [what, ...stopped] };
    const why = await whyLeft(context, { operation, args: { ...args, node } }, left);
    return { title: `Done, but ${what}`, notes: [...why, ...stopped] };
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

/** The guests that run before: for what is told afterwards. */
const RUNNING = { running: { type: "string", unlisted: true } } as const;

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
      extraParams: RUNNING,
      prepare: withRunning,
      successMessage: "The guests of {node} are running",
      outcome: whoIsLeft(
        "POST /nodes/{node}/startall",
        ({ status }) => status !== "running",
        "not running on",
      ),
      uses: USES,
      alsoReads: [...TELLS, "GET /cluster/resources"],
    }),
    stop_all: write(STOP, {
      extraParams: RUNNING,
      prepare: withRunning,
      successMessage: "The guests of {node} are stopped",
      outcome: whoIsLeft(
        STOP,
        ({ status }) => status === "running",
        "still running on",
      ),
      uses: USES,
      alsoReads: [...TELLS, "GET /cluster/resources"],
    }),
    migrate_all: write("POST /nodes/{node}/migrateall", {
      params: ["target", "with-local-disks"],
      suppliedByPrepare: ["target"],
      extraParams: RUNNING,
      prepare: async (args, context) =>
        await withRunning(await withWorkers(await withTarget(args, context), context), context),
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
