/**
 * What is the same for every console: a ticket that opens it once, for a guest that runs.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import type { CallContext } from "../../tool/context.ts";

/** The path of a console's websocket, to be opened with the ticket. */
function websocket(context: CallContext, port: unknown): string {
  const { guest } = context;
  return `/api2/json/nodes/${guest?.node}/${guest?.type}/${guest?.vmid}/vncwebsocket?port=${port}&vncticket=TICKET`;
}

/** Says what the ticket is for; keeps the data as it is. */
export function withTicketNotes(data: unknown, _args: Args, context: CallContext): unknown {
  const { port } = data as { readonly port?: unknown };
  if (context.guest?.status === "stopped") {
    context.notes.push("The guest does not run: its console opens only while it does");
  }
  context.notes.push("The ticket opens the console for a short time: keep it secret");
  if (port !== undefined) {
    context.notes.push(`Its websocket: ${websocket(context, port)} on port 8006 of the API`);
  }
  return data;
}
