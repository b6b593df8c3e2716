/**
 * What may leave the process: requests of declared operations to the one host, each argument in its
 * slot.
 *
 * @module
 */
import {
  formatTable,
  isOperation,
  type Operation,
  operationFact,
  paramFact,
} from "../../src/pve/api.ts";
import type { Transport, TransportRequest } from "../../src/pve/transport/transport.ts";
import { parseForm } from "../../src/simulator/request/body.ts";
import { ADDRESS_PARAM } from "../../src/pve/outward.ts";
import { resultPlace } from "../../src/pve/result.ts";
import { route } from "../../src/pve/route.ts";
import { type Action, type AnyOperation } from "../../src/tool/define.ts";
import { allOperations } from "../../src/tool/operation.ts";

/** A request as it was about to leave. */
export interface Sent {
  readonly url: URL;
  readonly request: TransportRequest;
}

/** Notes all requests before they go on. */
export function recorded(sent: Sent[]): (inner: Transport) => Transport {
  return (inner) => ({
    fetch: (url, request) => {
      sent.push({ url, request });
      return inner.fetch(url, request);
    },
    close: () => inner.close(),
  });
}

/**
 * What the path of every call may ask: who lives where, how a task stands, who would be harmed, and
 * what the token may see of an empty list.
 */
const RESOLUTION: readonly Operation[] = [
  "GET /access/permissions",
  "GET /nodes",
  "GET /cluster/resources",
  "GET /cluster/nextid",
  "GET /nodes/{node}/qemu",
  "GET /nodes/{node}/lxc",
  "GET /nodes/{node}/qemu/{vmid}/status",
  "GET /nodes/{node}/lxc/{vmid}/status",
  "GET /cluster/tasks",
  "GET /nodes/{node}/tasks",
  "GET /nodes/{node}/tasks/{upid}/status",
  "GET /nodes/{node}/tasks/{upid}/log",
  "GET /nodes/{node}/qemu/{vmid}/status/current",
  "GET /nodes/{node}/lxc/{vmid}/status/current",
  "GET /nodes/{node}/qemu/{vmid}/config",
  "GET /nodes/{node}/lxc/{vmid}/config",
  "GET /nodes/{node}/storage/{storage}/prunebackups",
];

function concrete(operation: AnyOperation): string[] {
  if (!operation.includes("{type}")) return [operation];
  return ["qemu", "lxc"].map((type) => operation.replace("{type}", type));
}

/** The lists of what an operation names in its path: where a name is missing, it is told which there are. */
function listsAbove(operation: Operation): string[] {
  const { path } = operationFact(operation);
  return [...path.matchAll(/\/\{/g)].map(({ index }) => `GET ${path.slice(0, index)}`)
    .filter((list) => !list.includes("{") && isOperation(list));
}

/** All operations that an action may call. */
export function operationsOfAction(action: Action): Set<string> {
  return new Set([
    ...RESOLUTION,
    ...allOperations(action),
    ...[...action.uses ?? [], ...action.alsoReads ?? []].flatMap(concrete),
    ...allOperations(action).flatMap((operation) => resultPlace(operation)?.read ?? []),
    ...allOperations(action).flatMap(listsAbove),
  ]);
}

const HEADERS = ["Authorization", "Accept", "Content-Type"];

function headerProblem({ headers }: TransportRequest): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADERS.includes(name)) return `header ${name}`;
    if (/[^\x20-\x7e]/.test(value)) return `header ${name} holds ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** One name and one value in every pair, as `;`, `&` and `=` inside values would not leave it. */
function formProblem(operation: Operation, form: string): string | undefined {
  const fact = operationFact(operation);
  for (const pair of form.split("&")) {
    if (pair === "") continue;
    if (!/^[\w.*%+-]+=[\w.*%+-]*$/.test(pair)) return `parameters ${form.slice(0, 300)}`;
  }
  for (const [name, value] of Object.entries(parseForm(form))) {
    if (!paramFact(fact, name) && !fact.additional) return `parameter ${JSON.stringify(name)}`;
    const inside = /^(?:.+,)?zzinject=/.test(String(value));
    if (inside && formatTable(paramFact(fact, name)?.format ?? "")) {
      return `an option inside ${name}=${value}`;
    }
  }
  return undefined;
}

function pathProblem(path: string): string | undefined {
  if (!/^[\w/%.~!*'()@:-]*$/.test(path)) return `path ${path}`;
  const [place = "", volume = ""] = path.split(/(?<=\/content\/)/);
  const inSegments = (text: string, ending: RegExp): boolean =>
    decodeURIComponent(text).split("/").some((each) => ending.test(each));
  // Names of volumes hold what ends a path elsewhere; encoded, it ends none.
  const ends = inSegments(place.slice(1, volume === "" ? undefined : -1), /^\.*$|[\p{Cc}?#\\]/u);
  return ends || (volume !== "" && inSegments(volume, /^\.*$|[\p{Cc}\\]/u))
    ? `path ${path}`
    : undefined;
}

/**
 * What is wrong with a request, or undefined.
 *
 * @param allowed Names of operations.
 */
export function requestProblem(
  { url, request }: Sent,
  host: string,
  allowed: ReadonlySet<string>,
): string | undefined {
  if (url.host !== host || url.protocol !== "https:" || url.hash !== "" || url.username !== "") {
    return `goes to ${url}`;
  }
  const wrong = headerProblem(request) ?? pathProblem(url.pathname);
  if (wrong !== undefined) return wrong;
  const path = decodeURIComponent(url.pathname);
  if (!path.startsWith("/api2/json/")) return `path ${path}`;
  const found = route(request.method, path.slice("/api2/json".length));
  if (!found) return `no operation: ${request.method} ${path}`;
  // A change is judged on what is there now, by reads that stay inside the cluster.
  const changes = [...allowed].some((operation) => !operation.startsWith("GET "));
  const judges = changes && request.method === "GET" && !(found.operation in ADDRESS_PARAM);
  if (!judges && !allowed.has(found.operation)) return `not declared: ${found.operation}`;
  const inQuery = request.method === "GET" || request.method === "DELETE";
  if (inQuery ? request.body !== undefined : url.search !== "") return "parameters in two places";
  const body = typeof request.body === "string" ? request.body : "";
  return formProblem(found.operation, inQuery ? url.search.slice(1) : body);
}
