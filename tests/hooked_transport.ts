/**
 * A way to the embedded Proxmox VE on which things happen: before a request arrives, and to what it
 * answers.
 *
 * @module
 */
import type { Transport } from "../src/pve/transport/transport.ts";

/** What happens on the way; `line` is the request as `METHOD /path?query`, without `/api2/json`. */
export interface Hooks {
  /** Before it arrives: the state of the cluster may change, or the request be held. */
  readonly arrives?: (line: string) => void | Promise<void>;
  /** The data of the answer in place of this one; undefined leaves it. */
  readonly answers?: (line: string, data: unknown) => unknown;
}

/** A transport with these hooks. */
export function hooked(transport: Transport, { arrives, answers }: Hooks): Transport {
  return {
    fetch: async (url, request) => {
      const path = decodeURIComponent(url.pathname + url.search).replace("/api2/json", "");
      const line = `${request.method} ${path}`;
      await arrives?.(line);
      const response = await transport.fetch(url, request);
      if (!answers || !response.ok) return response;
      const text = await response.text();
      const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
      const data = answers(line, body.data);
      const { status, headers } = response;
      return new Response(data === undefined ? text : JSON.stringify({ ...body, data }), {
        ...{ status, headers },
      });
    },
    close: () => transport.close(),
  };
}
