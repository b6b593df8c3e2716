/**
 * What tests see of an SSH server, whichever it is.
 *
 * @module
 */
import { abortable } from "../../src/base/async/abortable.ts";
import type { KeyOptions } from "./keys.ts";

/** How long something may take that must happen soon. */
export const PATIENCE_MS = 20_000;

/** What a test may want different. */
export interface ServerOptions {
  /** One ed25519 host key without. */
  readonly hostKeys?: readonly KeyOptions[];
  /** The one algorithm of a kind that it offers, by OpenSSH's names; its usual ones without. */
  readonly kex?: string;
  readonly cipher?: string;
  readonly mac?: string;
  /** The port of a server that was stopped. */
  readonly port?: number;
  /** Whether the node has `pct`; it has without. */
  readonly hasPct?: boolean;
}

/** A running SSH server of a node, on 127.0.0.1. */
export interface SshServer {
  readonly port: number;
  /** A directory for this server's and the test's files, removed at the end. */
  readonly directory: string;
  /** A private key that may log in. */
  readonly keyPath: string;
  readonly hostKeyPaths: readonly string[];
  readonly user: string;
  /** What it logs, in OpenSSH's words. */
  readonly log: ServerLog;
  /** Lets one more key log in. */
  authorize(publicKeyPath: string): Promise<void>;
  /** Ends the listener, and the sessions with it, as a crash of the node would. */
  stop(): Promise<void>;
}

export class ServerLog {
  #text = "";
  #ended = false;
  #wake: () => void = () => {};
  #more = this.#next();

  add(text: string): void {
    this.#text += text;
    this.#wake();
    this.#more = this.#next();
  }

  /** Says that the server has ended. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** How often the server has logged this. */
  count(text: string): number {
    return this.#text.split(text).length - 1;
  }

  /** Resolves when the server has logged this `times` times. */
  async logged(text: string, times = 1): Promise<void> {
    const impatience = AbortSignal.timeout(PATIENCE_MS);
    while (this.count(text) < times) {
      if (this.#ended) throw new Error(`The server ended without "${text}": ${this.#text}`);
      await abortable(this.#more, impatience);
    }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }
}
