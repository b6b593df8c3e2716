/**
 * Serves the views in a page on 127.0.0.1, over the embedded Proxmox VE, until it is interrupted:
 * for trying and developing them. The views are bundled from src/apps/ as they are now.
 *
 * `--port PORT` (8809)
 *
 * @module
 */
import { parseArgs } from "node:util";
import { writeErr } from "../src/base/process/console.ts";
import { listenForShutdown } from "../src/base/process/shutdown.ts";
import { hostBundle, serveHost } from "./apps/host_server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "8809" } } });
await using server = serveHost(await hostBundle(), { port: Number(values.port) });
using end = listenForShutdown();
writeErr(`Views at ${server.url.href}`);
writeErr("Ctrl-C ends it");
await end.requested;
