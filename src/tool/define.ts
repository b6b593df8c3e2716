/**
 * What a tool is: data. A name, a sentence, and a table of actions, each naming one operation of
 * the PVE API and the parameters it shows. All else is derived from this and the API facts.
 *
 * @module
 */
import type { GuestOperation, Operation, ParamFact, ParamName } from "../pve/api.ts";
import type { Args, ArgValue } from "../pve/encode.ts";
import type { TaskResult } from "../pve/tasks.ts";
import type { Answer } from "./answer.ts";
import { MEANINGS, type Meanings } from "./compatibility_table.ts";
import type { CallContext, ReadContext } from "./context.ts";
import type { PlannedRequest } from "./planned_request.ts";
import type { Services } from "./services.ts";

/** An operation of VMs, of containers, or of both under one name. */
export type AnyOperation = Operation | GuestOperation;

/** Operations that differ by guest type in more than their path. */
export interface ByGuestType {
  readonly vm: Operation;
  readonly lxc: Operation;
}

/** Operations chosen by the value of one of the tool's own parameters. */
export interface ByParam {
  readonly param: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/**
 * Two operations, one for when a parameter is given, by the caller or by `prepare`, and one for when
 * it is not: of a guest or of the datacenter, by `vmid`.
 */
export interface ByPresence {
  readonly param: string;
  readonly given: AnyOperation;
  readonly otherwise: AnyOperation;
}

/** How an action names what it calls. */
export type OperationRef = AnyOperation | ByGuestType | ByParam | ByPresence;

/** Names of the parameters of what an action calls. */
export type NamesOf<Ref extends OperationRef> = Ref extends AnyOperation ? ParamName<Ref>
  : Ref extends ByGuestType ? ParamName<Ref["vm"]> | ParamName<Ref["lxc"]>
  : Ref extends ByParam ? ParamName<Ref["operations"][keyof Ref["operations"]]>
  : Ref extends ByPresence ? ParamName<Ref["given"]> | ParamName<Ref["otherwise"]>
  : never;

/** A parameter that PVE does not have, or has in another form. */
export interface ExtraParam extends Omit<ParamFact, "optional" | "type"> {
  readonly type: NonNullable<ParamFact["type"]> | "object" | "size" | "memory" | "any";
  readonly required?: boolean;
  /** What a caller must know that the name does not say. */
  readonly description?: string;
  /** Accepted, but not worth a caller's tokens. */
  readonly unlisted?: boolean;
  /** It names something of another cluster than the one that the call is about. */
  readonly elsewhere?: true;
  /** An object, or its JSON, whose entries are read as parameters of their own. */
  readonly spread?: boolean;
  /** Of an object: some entries to list, as models of some clients take no object without any. */
  readonly properties?: Readonly<Record<string, { readonly type: string }>>;
}

/** How a request and its task ended, as far as they tell. */
export interface CallResult {
  readonly state: "done" | "running" | "failed";
  /** PVE's words, when it failed. */
  readonly reason?: string;
  readonly task?: TaskResult;
}

/** What was found when looking again after the end. */
export interface Outcome {
  /** In place of the sentence of success. */
  readonly title?: string;
  readonly object?: Readonly<Record<string, unknown>>;
  readonly notes?: readonly string[];
  /** A task that was waited for in looking. */
  readonly task?: TaskResult;
}

/** How an action differs from just calling its operation. */
export interface ActionSpec<Name extends string> {
  /** PVE's parameters to show, in this order; all others of the operation are accepted too. */
  readonly params?: readonly Name[];
  /** Shown and demanded here, though PVE does not demand them. */
  readonly required?: readonly string[];
  /** Demanded by PVE, but not of the caller: `prepare` fills them in. */
  readonly suppliedByPrepare?: readonly NoInfer<Name>[];
  /**
   * Parameters that PVE does not have, or has in another form. They reach `prepare` and `run`; PVE
   * gets those that it knows by name, as `prepare` left them.
   */
  readonly extraParams?: Readonly<Record<string, ExtraParam>>;
  /** Sent when the caller gives no other value. */
  readonly defaults?: Readonly<Partial<Record<Name, ArgValue>>>;
  /** Always sent. */
  readonly fixed?: Readonly<Partial<Record<Name, ArgValue>>>;
  /** Columns of a list; the caller's `fields` chooses others. */
  readonly columns?: readonly string[];
  /**
   * Sentence of success; `{name}` stands for an argument, `{guest}` for the guest, and a `[part]`
   * goes when an argument in it was not given.
   */
  readonly successMessage?: string;
  /** What the action does, where its name does not say so. */
  readonly description?: string;
  /** Fields that it is the purpose of the action to hand out. */
  readonly unmaskedFields?: readonly string[];
  /** Facts to add to every successful answer, or to those that call for it. */
  readonly note?: string | ((answer: Answer) => string | undefined);
  /**
   * Changes the arguments, by PVE's names, before the request; own parameters are still there. It
   * runs when the request is confirmed and again whenever it is sent, so it only reads.
   */
  readonly prepare?: (args: Args, context: ReadContext) => Args | Promise<Args>;
  /**
   * Changes what PVE answered, before it becomes the list or object of the answer; it may read what
   * stands beside.
   */
  readonly shape?: (data: unknown, args: Args, context: ReadContext) => unknown;
  /**
   * Looks right before the request whether what it asks for is so already; its answer then takes
   * the place of the request.
   */
  readonly already?: (context: ReadContext, args: Args) => Promise<Answer | undefined>;
  /** Looks again when the request and its task are over or failed: what is true now. */
  readonly outcome?: (
    context: ReadContext,
    args: Args,
    end: CallResult,
  ) => Outcome | Promise<Outcome>;
  /** Its request may take minutes: the call's time stands still meanwhile, see `without_time_limit.ts`. */
  readonly slow?: true;
  /** It saves what it reads in a file of this machine, where the caller names one. */
  readonly savesFile?: true;
  /** What it does depends on the caller's words, so that clients are warned though nobody asks. */
  readonly mayDestroy?: true;
  /** Worth a dry run first: every change takes one, but this says so in the list of tools. */
  readonly listsDryRun?: true;
  /** Other operations that `prepare`, `outcome` or `run` call. */
  readonly uses?: readonly AnyOperation[];
  /** Of what its operations list, volumes or resources, it is about these alone. */
  readonly content?: "backup" | "guest" | "storage";
  /** Reads that only add to the answer: it goes without what the token may not see. */
  readonly alsoReads?: readonly AnyOperation[];
  /** Of this action alone; otherwise the tool's. */
  readonly target?: Target;
  /** Takes its place where `vmid` names several guests. */
  readonly several?: Action;
}

/** Tells requests before they are sent; it only reads. */
type Planner = (
  context: ReadContext,
  args: Args,
) => readonly PlannedRequest[] | Promise<readonly PlannedRequest[]>;

/** A read that asks more than once, or saves what it reads in a file of this machine. */
type ReadRun = (context: ReadContext & Pick<Services, "files">, args: Args) => Promise<Answer>;

/** How an action that changes something does it: by its one request, or by a function. */
interface Change {
  /**
   * What must be done before the request: sent once, in this order, each with its task waited for,
   * when all is confirmed and the guest's turn has come. Locks that the request itself meets do not
   * repeat it.
   */
  readonly before?: Planner;
  /**
   * What is to be done after the request and its task came to a good end: sent in this order, each
   * with its task waited for. It is planned with the request, on what is there before.
   */
  readonly after?: Planner;
  readonly run?: never;
}

interface SeveralChanges {
  /** Takes the place of the single request. */
  readonly run: (context: CallContext, args: Args) => Promise<Answer>;
  /**
   * The requests that `run` will send to change something, as far as they are known before: what
   * they take away is confirmed before the first of them is sent.
   */
  readonly requests: Planner;
}

/** What an action does to the cluster: nothing, or a change. What that takes away: src/pve/effects. */
export type ActionKind = "read" | "write";

/** An action of a tool. */
export interface Action extends ActionSpec<string> {
  readonly kind: ActionKind;
  readonly operation: OperationRef;
  /** Of names and values that PVE does not have: from the table, see `compatibility.ts`. */
  readonly meanings?: Meanings;
  readonly run?: SeveralChanges["run"];
  readonly requests?: Planner;
  readonly before?: Planner;
  readonly after?: Planner;
}

/** Actions of a tool, or those of them that a server allows. */
export type Actions = readonly (readonly [name: string, action: Action])[];

/** @param spec An `ActionSpec` and more: comparing one kind of them with another takes the compiler seconds. */
function action(kind: ActionKind, operation: OperationRef, spec: object): Action {
  return { ...spec, kind, operation };
}

/** An action that changes nothing: basic tier. */
export function read<const Ref extends OperationRef>(
  operation: Ref,
  spec: ActionSpec<NamesOf<Ref>> & { readonly run?: ReadRun } = {},
): Action {
  return action("read", operation, spec);
}

/** An action that changes something: elevated tier. */
export function write<const Ref extends OperationRef>(
  operation: Ref,
  spec: ActionSpec<NamesOf<Ref>> & (Change | SeveralChanges) = {},
): Action {
  return action("write", operation, spec);
}

/** What the server finds by itself before the request. */
export type Target =
  /** `vmid` (number or name) gives node and type. */
  | "guest"
  /** The same where `vmid` is given; without it, nothing. */
  | "maybeGuest"
  /** `node`; may be left out in a cluster of one. */
  | "node"
  /** Any node that is online gives the same answer; `node` may be left out. */
  | "anyNode"
  /** `storage`; a node that has it is found. */
  | "storage"
  /** `upid` names the node. */
  | "task"
  | "none";

/** A tool as its file describes it. */
export interface ToolDefinition {
  readonly name: `proxmox_${string}`;
  readonly title: string;
  /** What it is for, in a sentence or two; what the schema says already is not said again. */
  readonly description: string;
  /** Name of the parameter that chooses the action; `action` unless said otherwise. */
  readonly discriminator?: "action" | "operation";
  /** Found from the paths of the operations unless said otherwise. */
  readonly target?: Target;
  /** Words for parameters whose names do not explain themselves. */
  readonly parameterDescriptions?: Readonly<Record<string, string>>;
  /** Actions by name; a tool that does one thing has one, named `default`. */
  readonly actions: Readonly<Record<string, Action>>;
}

/** Checks a tool's types; its actions get what the table of compatibility says of them. */
export function defineTool(definition: ToolDefinition): ToolDefinition {
  const rows = Object.entries(MEANINGS[definition.name] ?? {});
  if (rows.length === 0) return definition;
  const actions = Object.entries(definition.actions).map(([name, action]) => {
    const meant = rows.filter(([names]) => names.split(" ").includes(name)).map(([, each]) => each);
    const meanings: Meanings = Object.assign({}, ...meant);
    return [name, { ...action, meanings }] as const;
  });
  return { ...definition, actions: Object.fromEntries(actions) };
}

/** All operations that an action's own table names, `{type}` not filled in. */
export function operationsOf(action: Action): AnyOperation[] {
  const { operation } = action;
  if (typeof operation === "string") return [operation];
  if ("given" in operation) return [operation.otherwise, operation.given];
  return "vm" in operation ? [operation.vm, operation.lxc] : Object.values(operation.operations);
}

/** The action of a tool that has no other: a caller need not name it. */
export function soleAction(tool: ToolDefinition): string | undefined {
  const [only, ...more] = Object.keys(tool.actions);
  return more.length === 0 ? only : undefined;
}

/** True when the tool does one thing and so has no discriminator. */
export function isSingle(tool: ToolDefinition): boolean {
  return Object.keys(tool.actions).join() === "default";
}
