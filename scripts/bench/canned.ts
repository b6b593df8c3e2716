/**
 * The process that serves canned answers, as the benchmark sees it.
 *
 * @module
 */
import { Agent, request } from "node:https";
import { McpProcess } from "./mcp_process.ts";
import { BUNDLE, settings, strictDeno } from "./program.ts";
import { V8_FLAGS } from "../runtime.ts";
import { startServer } from "./server_process.ts";

/** Connections that the bundle has to Proxmox VE at the most, but for those of long requests. */
export const MAX_CONNECTIONS = 8;

/** What the server saw of requests with a token. */
export interface Stats {
  readonly requests: number;
  /** Most connections at once. */
  readonly most: number;
}

/** A server of canned answers. */
export class Canned implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #http: Deno.HttpClient;
  readonly #agent: Agent;
  readonly #url: string;

  private constructor(
    child: Deno.ChildProcess,
    /** Port on 127.0.0.1. */
    readonly port: number,
    authority: string,
    /** File of its authority's certificate, in PEM. */
    readonly authorityFile: string,
  ) {
    this.#child = child;
    this.#http = Deno.createHttpClient({ caCerts: [authority] });
    this.#agent = new Agent({ ca: authority, keepAlive: true, maxSockets: MAX_CONNECTIONS });
    this.#url = `https://${this.host}`;
  }

  /** Starts one for a cluster of so many guests. */
  static async start({ guests = 200 }: { readonly guests?: number } = {}): Promise<Canned> {
    const { child, reached } = await startServer<{ port: number; authority: string }>(
      "canned_server.ts",
      [String(guests)],
    );
    const file = await Deno.makeTempFile({ prefix: "proxmox-mcp-bench-", suffix: ".pem" });
    await Deno.writeTextFile(file, reached.authority);
    return new Canned(child, reached.port, reached.authority, file);
  }

  /** Address and port. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The settings of an MCP server for it. */
  get env(): Record<string, string> {
    return { ...settings(this.host), PROXMOX_SSL_CA_CERT: this.authorityFile };
  }

  /** The body of an answer, by fetch. */
  async fetch(path: string): Promise<string> {
    const response = await fetch(this.#url + path, { client: this.#http });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return text;
  }

  /** The body of an answer, by node:https on a connection that is kept. */
  request(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      request(this.#url + path, { agent: this.#agent }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => text += chunk);
        response.once("end", () => resolve(text));
        response.once("error", reject);
      }).once("error", reject).end();
    });
  }

  /** Tells it something; answers what it saw so far. */
  async tell(command: "stats" | "hold" | "release"): Promise<Stats> {
    return JSON.parse(await this.fetch(`/${command}`)) as Stats;
  }

  /** Starts the bundle for this cluster, and greets it. */
  async serve(
    env: Readonly<Record<string, string>> = {},
    { withLimits = true }: { readonly withLimits?: boolean } = {},
  ): Promise<McpProcess> {
    const { host, authorityFile } = this;
    const command = strictDeno(BUNDLE, [`--allow-net=${host}`, `--allow-read=${authorityFile}`]);
    const server = new McpProcess(
      withLimits ? command : command.filter((word) => word !== V8_FLAGS),
      { ...this.env, ...env },
    );
    await server.initialize();
    return server;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.close();
    this.#agent.destroy();
    await this.#child.stdin.close();
    await this.#child.status;
    await Deno.remove(this.authorityFile);
  }
}
