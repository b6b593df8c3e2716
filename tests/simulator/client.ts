/**
 * Asks an embedded PVE as an HTTP client would.
 *
 * @module
 */
import { defined } from "../../src/base/defined.ts";
import { VirtualClock } from "../virtual_clock.ts";
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/simulator.ts";
import { fail } from "../assert.ts";

/** An answer, its body parsed when it is JSON. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly data: unknown;
  readonly message: string | undefined;
  readonly errors: Record<string, string> | undefined;
  readonly text: string;
  readonly total: number | undefined;
}

/** Parameters as a form or query takes them. */
export type Form = Readonly<Record<string, string | number>>;

/** A simulator, its clock, and a way to ask it. */
export class TestClient {
  readonly simulator: Simulator;
  authorization: string | undefined;
  /** Further headers of all requests. */
  headers: Readonly<Record<string, string>> = {};

  constructor(
    options: Omit<SimulatorOptions, "clock"> = {},
    readonly clock: VirtualClock = new VirtualClock(),
  ) {
    this.simulator = createSimulator({ clock, ...options });
    this.use("full");
  }

  /** Whose token the next requests carry. */
  use(token: "full" | "limited"): void {
    const { id, secret } = this.simulator.tokens[token];
    this.authorization = `PVEAPIToken=${id}=${secret}`;
  }

  /** Sends a request; parameters go in the query of GET and DELETE, else in a form. */
  async ask(request: string, params: Form = {}, init: {
    readonly body?: string;
    readonly type?: string;
    readonly host?: string;
  } = {}): Promise<Answer> {
    const [method = "GET", path = "/"] = request.split(" ");
    const form = new URLSearchParams(
      Object.entries(params).map(([name, value]) => [name, String(value)]),
    ).toString();
    return await this.send(method, path, {
      ...init,
      form,
      headers: { ...this.headers, ...defined({ Authorization: this.authorization }) },
    });
  }

  /** Sends a request with headers of its own; a form goes in the query of GET and DELETE. */
  async send(method: string, path: string, init: {
    readonly headers: Readonly<Record<string, string>>;
    readonly form?: string;
    readonly body?: string;
    readonly type?: string;
    readonly host?: string;
  }): Promise<Answer> {
    const { form = "" } = init;
    const inQuery = method === "GET" || method === "DELETE";
    const url = new URL(`https://${init.host ?? "pve1"}:8006/api2/json${path}`);
    if (inQuery && form !== "") url.search = form;
    const body = init.body ?? (inQuery ? undefined : form);
    const response = await this.simulator.transport().fetch(url, {
      method,
      headers: {
        ...init.headers,
        ...(body === undefined
          ? {}
          : { "Content-Type": init.type ?? "application/x-www-form-urlencoded" }),
      },
      ...(body === undefined ? {} : { body }),
      signal: new AbortController().signal,
    });
    const text = await response.text();
    return { status: response.status, reason: response.statusText, text, ...parsed(text) };
  }

  /** The data of an answer that must be a success. */
  async data<T = Record<string, unknown>>(request: string, params: Form = {}): Promise<T> {
    const answer = await this.ask(request, params);
    if (answer.status !== 200) fail(`${request}: ${answer.status} ${answer.text}`);
    return answer.data as T;
  }

  /** Runs a task to its end and answers its exit status. */
  async task(request: string, params: Form = {}): Promise<string> {
    return await this.finish(await this.data<string>(request, params));
  }

  /** Waits for a task by the clock. */
  async finish(upid: string): Promise<string> {
    const node = upid.split(":")[1];
    for (let waited = 0; waited < 600; waited++) {
      const status = await this.data(`GET /nodes/${node}/tasks/${encodeURIComponent(upid)}/status`);
      if (status.status === "stopped") return String(status.exitstatus);
      this.clock.advance(1_000);
    }
    return fail(`${upid} did not end`);
  }

  /** Lines of a task's log. */
  async log(upid: string): Promise<string[]> {
    const node = upid.split(":")[1];
    const rows = await this.data<{ t: string }[]>(
      `GET /nodes/${node}/tasks/${encodeURIComponent(upid)}/log`,
      { limit: 0 },
    );
    return rows.map((row) => row.t);
  }
}

function parsed(text: string): Pick<Answer, "data" | "message" | "errors" | "total"> {
  try {
    const body = JSON.parse(text) as Partial<Answer>;
    return { data: body.data, message: body.message, errors: body.errors, total: body.total };
  } catch {
    return { data: undefined, message: undefined, errors: undefined, total: undefined };
  }
}
