/** The part of ssh2 that the program uses, as its documentation and its source say. */
import type { Buffer } from "node:buffer";

export interface ParsedKey {
  readonly type: string;
  isPrivateKey(): boolean;
  /** The public key in SSH's own form. */
  getPublicSSH(): Buffer;
  getPrivatePEM(): string;
}

/** A session on a connection; also the stream of the remote program's stdin and stdout. */
export interface Channel {
  readonly stderr: {
    on(event: "data", listener: (data: Uint8Array) => void): void;
    on(event: "close", listener: () => void): void;
  };
  on(event: "data", listener: (data: Uint8Array) => void): this;
  on(event: "exit", listener: (code: number | null, signal?: string) => void): this;
  on(event: "close" | "end", listener: () => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  write(data: Uint8Array): boolean;
  end(): void;
  close(): void;
}

/** An error, with the layer that it comes from. */
export interface ClientError extends Error {
  readonly level?: string;
  readonly code?: string | number;
  /** Why the server refused a channel. */
  readonly reason?: string | number;
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly readyTimeout: number;
  readonly keepaliveInterval: number;
  readonly keepaliveCountMax: number;
  readonly algorithms: {
    readonly serverHostKey: readonly string[];
    readonly kex: { readonly remove: readonly string[] };
  };
  readonly hostVerifier: (key: Uint8Array) => boolean;
  readonly authHandler: readonly AuthMethod[];
}

export type AuthMethod =
  | { readonly type: "publickey"; readonly username: string; readonly key: ParsedKey }
  | { readonly type: "agent"; readonly username: string; readonly agent: OpenSSHAgent };

export class Client {
  connect(options: ConnectOptions): this;
  exec(
    command: string,
    callback: (error: ClientError | undefined, channel: Channel) => void,
  ): void;
  end(): this;
  destroy(): this;
  setNoDelay(on: boolean): this;
  on(event: "connect" | "ready" | "close", listener: () => void): this;
  on(event: "error", listener: (error: ClientError) => void): this;
}

export class OpenSSHAgent {
  constructor(socketPath: string);
  getIdentities(callback: (error: Error | undefined, keys?: readonly unknown[]) => void): void;
}

export const utils: {
  parseKey(data: string, passphrase?: string): ParsedKey | ParsedKey[] | Error;
};
