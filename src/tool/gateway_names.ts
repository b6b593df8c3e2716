/**
 * The tools of the API gateway, through which all operations and all tools are reached.
 *
 * @module
 */

/** Names of the gateway's tools; the last one is there only when the others are not listed. */
export const GATEWAY = {
  search: "proxmox_api_search",
  call: "proxmox_api_call",
  run: "proxmox_tool_run",
} as const;
