/**
 * Checks whether commands in containers will run: the log-in on each node, and `pct` there.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import type { Config } from "../../config/config.ts";
import { Connector } from "../../ssh/connect.ts";
import { sshOptions } from "../../ssh/settings.ts";
import { type SshAddress, SshError } from "../../ssh/types.ts";
import type { Finding } from "./finding.ts";

/** Milliseconds that the node may take to answer. */
const ANSWER_MS = 20_000;

/** Asks what a node must have; one `name=value` a line. */
const QUESTIONS = `exec /bin/sh -c 'PATH="$PATH:/usr/sbin:/sbin"; ` +
  `echo "node=$(uname -n)"; echo "uid=$(id -u)"; ` +
  `echo "perl=$(command -v perl)"; echo "pct=$(command -v pct)"'`;

async function ask(
  connector: Connector,
  address: SshAddress,
): Promise<Readonly<Record<string, string>>> {
  const connection = await connector.connect(address);
  try {
    const result = await connection.run({
      line: QUESTIONS,
      input: new Uint8Array(),
      signal: new AbortController().signal,
      timeoutMs: ANSWER_MS,
    });
    const lines = new TextDecoder().decode(result.stdout).split("\n");
    return Object.fromEntries(lines.map((line) => line.split("=", 2)));
  } finally {
    await connection.close();
  }
}

function answersFinding(
  check: string,
  node: string,
  answers: Readonly<Record<string, string>>,
): Finding {
  if (!answers.pct || !answers.perl) {
    const lacking = [...(answers.pct ? [] : ["pct"]), ...(answers.perl ? [] : ["perl"])];
    return {
      check,
      status: "fail",
      text: `the log-in works, but there is no ${lacking.join(" and no ")}`,
      fix: "It is no Proxmox VE node: check PROXMOX_SSH_HOST and PROXMOX_SSH_NODE",
    };
  }
  if (answers.uid !== "0") {
    return {
      check,
      status: "fail",
      text: "the log-in works, but pct is for root alone",
      fix: "Set PROXMOX_SSH_USER=root, with a key that root's authorized_keys holds",
    };
  }
  const [name] = (answers.node ?? "").split(".");
  if (name !== node) {
    return {
      check,
      status: "fail",
      text: `the host calls itself "${name}", not "${node}"`,
      fix: `Set PROXMOX_SSH_NODE to node=host pairs that name the right host for "${node}"`,
    };
  }
  return { check, status: "ok", text: "logged in, pct is there" };
}

function errorFinding(check: string, error: unknown): Finding {
  if (!(error instanceof SshError)) throw error;
  return { check, status: "fail", text: error.message, fix: error.hint };
}

/** Findings about each node that the settings name. */
export async function* sshFindings(config: Config, clock: Clock): AsyncGenerator<Finding> {
  if (!config.sshEnabled) {
    yield {
      check: "SSH",
      status: "skip",
      text: "off; PROXMOX_SSH_ENABLED=true allows commands in containers",
    };
    return;
  }
  const connector = new Connector(sshOptions(config, clock));
  for (const [node, address] of config.sshNodes) {
    const check = `SSH of ${node}`;
    try {
      yield answersFinding(check, node, await ask(connector, address));
    } catch (error) {
      yield errorFinding(check, error);
    }
  }
  if (config.sshHostKeyFingerprint === undefined && config.sshKnownHosts === undefined) {
    yield {
      check: "SSH host keys",
      status: "warn",
      text: "the first key seen is trusted, at every start",
      fix:
        "Set PROXMOX_SSH_HOST_KEY_FINGERPRINT to what `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints on the node, or PROXMOX_SSH_KNOWN_HOSTS to a known_hosts file",
    };
  }
}
