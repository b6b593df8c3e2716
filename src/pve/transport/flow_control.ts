/**
 * Lets a reader slow a server down. Deno's TLS sockets read on while they are paused, and keep in
 * memory what nobody takes; only the TCP handle below them can be stopped.
 *
 * @module
 */
import type { Socket } from "node:net";

interface TcpHandle {
  readStop(): void;
  readStart(): void;
}

function tcpHandle(socket: Socket): TcpHandle | undefined {
  const { _handle: handle } = socket as { _handle?: { readonly _parent?: Partial<TcpHandle> } };
  const parent = handle?._parent;
  return parent?.readStop && parent.readStart ? parent as TcpHandle : undefined;
}

/** Stops taking bytes from the network. */
export function stopReading(socket: Socket): void {
  tcpHandle(socket)?.readStop();
}

/** Goes on taking bytes from the network. */
export function startReading(socket: Socket): void {
  tcpHandle(socket)?.readStart();
}
