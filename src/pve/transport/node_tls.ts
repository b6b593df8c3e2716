/**
 * Node's TLS and HTTPS, loaded when first needed: together some 15 ms and 4 MB, which a static
 * import would cost every start, in a bundle even from a module that is itself loaded late.
 *
 * @module
 */

/** The modules of Node that connections to a cluster are made of. */
export interface NodeTls {
  readonly https: typeof import("node:https");
  readonly tls: typeof import("node:tls");
  readonly crypto: typeof import("node:crypto");
}

/** Loads them. */
export async function loadNodeTls(): Promise<NodeTls> {
  const [https, tls, crypto] = await Promise.all([
    import("node:https"),
    import("node:tls"),
    import("node:crypto"),
  ]);
  return { https, tls, crypto };
}
