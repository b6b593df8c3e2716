/**
 * The process that serves canned answers, as the benchmark sees it.
 *
 * @module
 */
import { Agent, request } from "node:https";

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
    readonly port: number,
    /** PEM */
    readonly authority: string,
  ) {
    this.#child = child;
    this.#http = Deno.createHttpClient({ caCerts: [authority] });
    this.#agent = new Agent({ ca: authority, keepAlive: true });
    this.#url = `https://127.0.0.1:${port}`;
  }

  static async start(): Promise<Canned> {
    const program = new URL("canned_server.ts", import.meta.url).pathname;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-net=127.0.0.1", program],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let line = "";
    while (!line.endsWith("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("The server of canned answers does not start");
      line += value;
    }
    const { port, authority } = JSON.parse(line) as { port: number; authority: string };
    return new Canned(child, port, authority);
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

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.close();
    this.#agent.destroy();
    await this.#child.stdin.close();
    await this.#child.status;
  }
}
