/**
 * Finds out whether `pct` itself failed rather than the command that it ran, and why.
 *
 * @module
 */
import { shellWord } from "./command_line.ts";
import type { Report, SessionEnd } from "./report.ts";
import { type ExecRequest, SshError } from "./types.ts";

/** Runs a command line of the program's own on the node; undefined when that fails. */
export type Probe = (line: string) => Promise<SessionEnd | undefined>;

/** A guest in the answer of `pvesh get /cluster/resources`. */
interface Resource {
  readonly vmid?: unknown;
  readonly type?: unknown;
  readonly node?: unknown;
}

const MISSING = /^Configuration file 'nodes\/([^'/]+)\/lxc\/(\d+)\.conf' does not exist\s*$/;
const STOPPED =
  /^(?:Error: )?container '(\d+)' not running!\s*$|^CT (\d+) not running\s*$|^lxc-attach: (\d+): [^\n]*Failed to get init pid/;
/** By their sources: messages of PVE's commands for users other than root. */
const NOT_ROOT = /please run as root|ipcc_send_rec|Unable to load access control list/;

const PATH = 'PATH="$PATH:/usr/sbin:/sbin"';

function probeLine(script: string): string {
  return `exec /bin/sh -c ${shellWord(`${PATH}; ${script}`)}`;
}

async function outputOf(probe: Probe, script: string): Promise<string | undefined> {
  const end = await probe(probeLine(script));
  return end?.status === 0 ? new TextDecoder().decode(end.stdout) : undefined;
}

function pctStatus(probe: Probe, vmid: number): Promise<string | undefined> {
  return outputOf(probe, `exec pct status ${vmid}`);
}

/** The cluster's guests with this vmid; undefined when the node cannot say. */
async function guestsOf(probe: Probe, vmid: number): Promise<Resource[] | undefined> {
  const text = await outputOf(
    probe,
    "exec pvesh get /cluster/resources --type vm --output-format json",
  );
  if (text === undefined) return undefined;
  try {
    const rows = JSON.parse(text.slice(text.indexOf("["))) as Resource[];
    return rows.filter((row) => Number(row.vmid) === vmid);
  } catch {
    return undefined;
  }
}

function addressHint(node: string): string {
  return `Set PROXMOX_SSH_NODE to node=host pairs that name the right host for each node; the one for "${node}" is wrong`;
}

async function missingError(
  { node, vmid }: ExecRequest,
  reached: string,
  probe: Probe,
): Promise<SshError | undefined> {
  if (reached !== node) {
    return new SshError(
      "settings",
      `The SSH address of node "${node}" leads to node "${reached}"`,
      addressHint(node),
    );
  }
  const guests = await guestsOf(probe, vmid);
  const guest = guests?.[0];
  if (guest?.type === "qemu") {
    return new SshError(
      "is-vm",
      `${vmid} is a VM, not a container`,
      "Use the QEMU guest agent for commands in VMs, or give the vmid of a container",
    );
  }
  if (guest && guest.node !== node) {
    return new SshError(
      "other-node",
      `Container ${vmid} is on node "${guest.node}", not on "${node}"`,
      "It may just have been migrated: try again",
    );
  }
  // The container is there: what looked like a message of pct came from the command.
  if (guest) return undefined;
  return new SshError(
    "no-container",
    guests
      ? `There is no container ${vmid} in the cluster`
      : `There is no container ${vmid} on node "${node}"`,
    "Look for its vmid in the list of containers",
  );
}

async function stoppedError(
  { node, vmid }: ExecRequest,
  probe: Probe,
): Promise<SshError | undefined> {
  const status = await pctStatus(probe, vmid);
  if (status !== undefined && /^status: running$/m.test(status)) return undefined;
  return new SshError(
    "not-running",
    `Container ${vmid} on node "${node}" is not running`,
    "Start it, then run the command again",
  );
}

async function notRootError(
  text: string,
  { node, vmid }: ExecRequest,
  user: string,
  probe: Probe,
): Promise<SshError | undefined> {
  // Where pct works for this user after all, the message came from the command.
  if (await pctStatus(probe, vmid) !== undefined) return undefined;
  return new SshError(
    "privileges",
    `The user "${user}" may not run pct on node "${node}": ${text.trim().split("\n").at(-1)}`,
    "pct works for root only, and sudo is not used: set PROXMOX_SSH_USER=root, with a key that root accepts",
  );
}

/** Why `pct` did not run the command; undefined when it did. */
export async function explainPct(
  report: Report,
  request: ExecRequest,
  user: string,
  probe: Probe,
): Promise<SshError | undefined> {
  const text = report.stderr.text;
  if (report.how === "no-pct") {
    return new SshError(
      "no-pct",
      `Cannot run pct on the SSH host of node "${request.node}": ${text}`,
      "The host must be a Proxmox VE node. Check PROXMOX_SSH_HOST and PROXMOX_SSH_NODE",
    );
  }
  if (report.how !== "exit" || report.code === 0 || report.stdout.text !== "") return undefined;
  if (report.uid !== 0 && NOT_ROOT.test(text)) {
    return await notRootError(text, request, user, probe);
  }
  const reached = MISSING.exec(text);
  if (Number(reached?.[2]) === request.vmid) {
    return await missingError(request, reached?.[1] ?? "", probe);
  }
  const stoppedVmid = STOPPED.exec(text)?.slice(1).find((each) => each !== undefined);
  if (Number(stoppedVmid) === request.vmid) return await stoppedError(request, probe);
  return undefined;
}
