/**
 * What is the same for every console: a ticket that opens it once, for a guest that runs.
 *
 * @module
 */
import { portOf, prefixOf } from "../../base/text/host.ts";
import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";

/** Where a console's websocket is, to be opened with the ticket. */
function websocket({ guest, config }: ReadContext, port: unknown): string {
  const [host = new URL("https://localhost:8006")] = config.hosts;
  const path = `/api2/json/nodes/${guest?.node}/${guest?.type}/${guest?.vmid}/vncwebsocket`;
  return `${prefixOf(host)}${path}?port=${port}&vncticket=TICKET on port ${
    portOf(host)
  } of the API`;
}

/** Says what the ticket is for; keeps the data as it is. */
export function withTicketNotes(data: unknown, _args: Args, context: ReadContext): unknown {
  const { port } = data as { readonly port?: unknown };
  if (context.guest?.status === "stopped") {
    context.notes.push("The guest does not run: its console opens only while it does");
  }
  context.notes.push("The ticket opens the console for a short time: keep it secret");
  if (port !== undefined) {
    context.notes.push(`Its websocket: ${websocket(context, port)}`);
  }
  return data;
}
