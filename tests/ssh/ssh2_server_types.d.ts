/** The part of ssh2 that the tests' server uses, as its documentation and its source say. */
import type { Buffer } from "node:buffer";
import type { ParsedKey } from "../../src/ssh/ssh2_types.d.ts";

export interface PublicKey {
  readonly type: string;
  getPublicSSH(): Buffer;
  verify(data: Uint8Array, signature: Uint8Array, hash?: string): boolean | Error;
}

/** How a client wants to log in. */
export interface Authentication {
  readonly method: string;
  readonly username: string;
  /** These are there for the method `publickey`; the first try of a key has no signature. */
  readonly key?: { readonly algo: string; readonly data: Uint8Array };
  readonly blob?: Uint8Array;
  readonly signature?: Uint8Array;
  readonly hashAlgo?: string;
  accept(): void;
  reject(methods: readonly string[]): void;
}

/** The stream of one command: what is read is its stdin. */
export interface ServerChannel {
  readonly stderr: { write(data: Uint8Array): boolean };
  on(event: "data", listener: (data: Uint8Array) => void): this;
  on(event: "end" | "close", listener: () => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  write(data: Uint8Array): boolean;
  exit(status: number): void;
  end(): void;
}

export interface ServerSession {
  on(
    event: "exec",
    listener: (
      accept: () => ServerChannel,
      reject: () => void,
      info: { readonly command: string },
    ) => void,
  ): this;
  on(event: "close", listener: () => void): this;
}

/** A client's connection. */
export interface ServerConnection {
  on(event: "authentication", listener: (authentication: Authentication) => void): this;
  on(
    event: "session",
    listener: (accept: () => ServerSession, reject: () => void) => void,
  ): this;
  on(event: "close", listener: () => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  end(): void;
}

export class Server {
  constructor(
    options: {
      readonly hostKeys: readonly { readonly key: ParsedKey }[];
      readonly algorithms: Readonly<Record<string, readonly string[]>>;
    },
    listener: (connection: ServerConnection, info: { readonly ip: string }) => void,
  );
  listen(port: number, host: string, listener: () => void): this;
  address(): { readonly port: number };
  close(listener: () => void): this;
}

export const utils: {
  parseKey(data: string | Uint8Array, passphrase?: string): PublicKey | PublicKey[] | Error;
  generateKeyPairSync(
    type: string,
    options: { readonly bits: number; readonly passphrase?: string; readonly cipher?: string },
  ): { readonly private: string; readonly public: string };
};
