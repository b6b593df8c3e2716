/**
 * The process that serves canned answers, as the benchmark sees it.
 *
 * @module
 */
import { Agent, request } from "node:https";
import { settings } from "./program.ts";
import { startServer } from "./server_process.ts";

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
    /** Address and port. */
    readonly host: string,
    authority: string,
    private readonly folder: string,
  ) {
    this.#child = child;
    this.#http = Deno.createHttpClient({ caCerts: [authority] });
    this.#agent = new Agent({ ca: authority, keepAlive: true });
    this.#url = `https://${host}`;
  }

  /** Starts one for a cluster of so many guests. */
  static async start({ guests }: { readonly guests: number }): Promise<Canned> {
    const { child, reached } = await startServer<{ port: number; authority: string }>(
      "canned_server.ts",
      [String(guests)],
    );
    const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-bench-" });
    const canned = new Canned(child, `127.0.0.1:${reached.port}`, reached.authority, folder);
    await Deno.writeTextFile(canned.authorityFile, reached.authority);
    return canned;
  }

  /** The file of its authority, in PEM. */
  get authorityFile(): string {
    return `${this.folder}/authority.pem`;
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

  /** Writes the authority's certificate into a file, for those who take no text. */
  async authorityFile(folder: string): Promise<string> {
    const path = `${folder}/authority.pem`;
    await Deno.writeTextFile(path, this.authority);
    return path;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.close();
    this.#agent.destroy();
    await this.#child.stdin.close();
    await this.#child.status;
    await Deno.remove(this.folder, { recursive: true });
  }
}
