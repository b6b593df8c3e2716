/**
 * The one table of API facts: what PVE 9.2 offers, with parameters, privileges and task behaviour.
 * Source: the API tree of the official Perl sources (facts/README.md).
 *
 * @module
 */
import type { ApiOperations, GuestOperations } from "./api_types_gen.ts";
import { FORMATS, OPERATIONS } from "./api_data_gen.ts";

/** An operation as `METHOD /path`, for instance `GET /nodes/{node}/status`. */
export type Operation = keyof ApiOperations;
/** An operation that reads. */
export type ReadOperation = Extract<Operation, `GET ${string}`>;
/** An operation that VMs and containers share; `{type}` is `qemu` or `lxc`. */
export type GuestOperation = keyof GuestOperations;
/** Names of the parameters of an operation; `net[n]` is `` `net${number}` ``. */
export type ParamName<Op extends Operation | GuestOperation> =
  (ApiOperations & GuestOperations)[Op];

/** HTTP methods that PVE knows. */
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What PVE says about one parameter, or one sub-property of a property string. */
export interface ParamFact {
  readonly type?: "string" | "integer" | "number" | "boolean" | "array";
  readonly optional?: boolean;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A Perl regular expression, anchored by PVE. */
  readonly pattern?: string;
  /** A key of the property strings, or the name of an opaque format. */
  readonly format?: string;
  readonly default?: string | number;
  /** Of `net[n]`: the highest index. */
  readonly maxIndex?: number;
  readonly items?: ParamFact;
  /** The parameter that must be given along with this one. */
  readonly requires?: string;
  /** Values of the type property that this parameter belongs to. */
  readonly variants?: readonly string[];
  readonly instanceTypes?: readonly string[];
  /** 8.4 has it, 9 has not: what it takes is not known. */
  readonly before9?: true;
  /** Values that 8.4 takes besides. */
  readonly enumBefore9?: readonly string[];
  readonly oneOf?: readonly ParamFact[];
  /** In a property string: this value may stand without its key. */
  readonly default_key?: boolean;
  /** In a property string: another name of the named key. */
  readonly alias?: string;
  readonly keyAlias?: string;
}

/** Who may call an operation: null is root@pam alone, and never by API token. */
export interface Permissions {
  readonly user?: "all" | "world";
  /** A PVE check expression, for instance `["perm", "/vms/{vmid}", ["VM.Audit"]]`. */
  readonly check?: readonly unknown[];
  /** The handler checks more itself. */
  readonly also?: boolean;
}

export interface OperationFact {
  readonly method: Method;
  /** Path with `{placeholders}`. */
  readonly path: string;
  readonly name: string;
  readonly params: Readonly<Record<string, ParamFact>>;
  /** Unknown parameters are accepted. */
  readonly additional: boolean;
  readonly permissions: Permissions | null;
  /** Answers a UPID. */
  readonly task?: boolean;
  /** Answers an object with the UPID in this field. */
  readonly taskField?: string;
  /** Starts a task and answers null. */
  readonly hiddenTask?: boolean;
  /** API tokens are refused. */
  readonly noToken?: boolean;
  /** Answers bytes instead of JSON. */
  readonly download?: boolean;
  readonly proxyto?: "node" | "callback";
  readonly protected?: boolean;
  readonly typeProperty?: string;
  /** Fields that rows of the list may have, as far as PVE states them; one that is not set is left out. */
  readonly rowFields?: readonly string[];
  /** First release that has it, when 8.4 did not. */
  readonly since?: string;
}

const parsed = new Map<string, OperationFact>();
const tables = new Map<string, Readonly<Record<string, ParamFact>>>();

/** True for the name of an operation of the facts. */
export function isOperation(name: string): name is Operation {
  return Object.hasOwn(OPERATIONS, name);
}

/** Names of all operations, in the order of the facts. */
export function operationNames(): Operation[] {
  return Object.keys(OPERATIONS) as Operation[];
}

/**
 * The facts of an operation, parsed when first asked for.
 *
 * @throws {TypeError} When PVE has no such operation.
 */
export function operationFact(name: Operation): OperationFact {
  const known = parsed.get(name);
  if (known) return known;
  const text = OPERATIONS[name];
  if (text === undefined) throw new TypeError(`Cannot find operation "${name}" in the API facts`);
  const space = name.indexOf(" ");
  const fact = {
    ...JSON.parse(text),
    method: name.slice(0, space),
    path: name.slice(space + 1),
  } as OperationFact;
  parsed.set(name, fact);
  return fact;
}

/** Sub-properties of a property string by its format, or undefined when the format is opaque. */
export function formatTable(format: string): Readonly<Record<string, ParamFact>> | undefined {
  const known = tables.get(format);
  if (known) return known;
  const text = FORMATS[format];
  if (text === undefined) return undefined;
  const table = JSON.parse(text) as Record<string, ParamFact>;
  tables.set(format, table);
  return table;
}

/** The fact of a parameter by the name a caller uses: `net0` finds `net[n]`. */
export function paramFact(fact: OperationFact, name: string): ParamFact | undefined {
  if (Object.hasOwn(fact.params, name)) return fact.params[name];
  const match = /^(.*\D|)(\d+)$/.exec(name);
  if (!match) return undefined;
  const indexed = fact.params[`${match[1]}[n]`];
  const index = match[2] ?? "";
  if (!indexed || (index.length > 1 && index.startsWith("0"))) return undefined;
  return Number(index) <= (indexed.maxIndex ?? 0) ? indexed : undefined;
}

/** Names of the placeholders of a path, in order. */
export function pathParams(path: string): string[] {
  return [...path.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1] ?? "");
}

/** True when the operation starts a task whose end can be waited for. */
export function hasTask(fact: OperationFact): boolean {
  return fact.task === true || fact.taskField !== undefined || fact.hiddenTask === true;
}

/** True when no API token may call the operation, whatever its privileges. */
export function refusesTokens(fact: OperationFact): boolean {
  return fact.noToken === true || fact.permissions === null;
}

/** The operation of one guest type: `{type}` replaced by `qemu` or `lxc`. */
export function guestOperation(
  name: Extract<GuestOperation, `GET ${string}`>,
  type: "qemu" | "lxc",
): ReadOperation;
export function guestOperation(name: GuestOperation, type: "qemu" | "lxc"): Operation;
export function guestOperation(name: GuestOperation, type: "qemu" | "lxc"): Operation {
  return name.replace("{type}", type) as Operation;
}
