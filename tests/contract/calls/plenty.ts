/**
 * A cluster with more of everything than an answer shows: lists of the embedded one, their rows
 * repeated, and every field in them that an answer could show.
 *
 * @module
 */
import type { Transport, TransportRequest } from "../../../src/pve/transport/transport.ts";
import type { Action } from "../../../src/tool/define.ts";
import { allOperations } from "../../../src/tool/operation.ts";
import { rowFields } from "../../simulator/returns.ts";
import { pattern } from "./judge.ts";

/** Rows of each list: more than any default length. */
const ROWS = 3000;
/** Fields that neither the facts nor the embedded cluster have. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  "GET /cluster/config/nodes": ["ring1_addr"],
  "GET /cluster/sdn/vnets/{vnet}/subnets": ["state"],
};
/** Operations whose rows an action shows though its own one is another. */
const SHOWN_WITH: Readonly<Record<string, readonly string[]>> = {
  "GET /cluster/status": ["GET /nodes"],
};

type Row = Readonly<Record<string, unknown>>;

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasRows(value: unknown): boolean {
  return Array.isArray(value) && isRow(value[0]);
}

/**
 * The data with its rows repeated, each with all fields. Where one row holds lists of rows, as the
 * root of a tree does, theirs are.
 */
function plentiful(data: unknown, fields: readonly string[], length: number): unknown {
  const more = (object: Row): Row =>
    Object.fromEntries(
      Object.entries(object).map(([name, each]) => [name, plentiful(each, fields, length)]),
    );
  if (isRow(data)) return more(data);
  if (!Array.isArray(data) || !data.every(isRow) || data.length === 0) return data;
  const all = Object.fromEntries(fields.map((name) => [name, 1]));
  const rows = data.map((row) => ({ ...all, ...row }));
  const [only] = rows;
  if (rows.length === 1 && only && Object.values(only).some(hasRows)) return [more(only)];
  return Array.from({ length }, (_, index) => rows[index % rows.length]);
}

/** The way to an embedded cluster that has plenty for an action's own operations. */
export class PlentifulTransport implements Transport {
  /** Queries of the requests of the action's own operations, once there is plenty. */
  readonly queries: URLSearchParams[] = [];
  #isPlenty = false;
  readonly #operations: readonly (readonly [name: string, form: RegExp])[];
  readonly #fields: (operation: string) => readonly string[];

  constructor(private readonly inner: Transport, action: Action) {
    this.#operations = allOperations(action)
      .flatMap((name) => [name, ...SHOWN_WITH[name] ?? []])
      .map((name) => [name, pattern(name)]);
    const { columns, run } = action;
    // An action that shows whatever its operation answers is not told more than there is.
    this.#fields = (operation) =>
      columns ?? (run ? [...rowFields(operation), ...ALSO[operation] ?? []] : []);
  }

  /** From now on there is plenty. */
  begin(): void {
    this.#isPlenty = true;
  }

  async fetch(url: URL, request: TransportRequest): Promise<Response> {
    const operation = this.#operations.find(([, form]) =>
      form.test(`${request.method} ${url.pathname}`)
    );
    if (!this.#isPlenty || !operation) {
      return await this.inner.fetch(url, request);
    }
    this.queries.push(url.searchParams);
    const first = new URL(url);
    if (first.searchParams.has("start")) first.searchParams.set("start", "0");
    const answer = await this.inner.fetch(first, request);
    if (!answer.headers.get("content-type")?.includes("json")) return answer;
    const fields = this.#fields(operation[0]);
    const length = Number(url.searchParams.get("limit") ?? ROWS);
    const body = await answer.json() as Record<string, unknown>;
    const isEmpty = !answer.ok || Array.isArray(body.data) && body.data.length === 0;
    const data = isEmpty && fields.length > 0 ? [{}] : body.data;
    if (!answer.ok && data === body.data) return Response.json(body, answer);
    return Response.json({
      ...body,
      data: plentiful(data, fields, length),
      ...(body.total === undefined ? {} : { total: ROWS }),
    });
  }

  close(): void {
    this.inner.close();
  }
}
