/**
 * Effects on what a node runs: itself, its services and tasks, and commands.
 *
 * @module
 */
import { nameOf } from "../guests.ts";
import { always, type ChangeOperation, type Effect, type EffectTable, isOn } from "./effect.ts";
import { runningOnNode } from "./guests_of.ts";
import { listText } from "./lists.ts";
import { lostQuorum } from "./quorum.ts";
import { readNamed } from "./read.ts";
import { UNREAD, valueText } from "./words.ts";

/** Without these, a node is out of the cluster: its guests under HA are fenced. */
const QUORUM: readonly string[] = ["corosync", "pve-cluster"];

/** Without it, its node does not vote. */
const VOTING = "corosync";

function service(takes: string): Effect<"service"> {
  return {
    takes: `what the service does, ${takes}`,
    by: ["service"],
    judge: async (args, state) => {
      const { node, service: name } = args;
      const now = await readNamed(state, "GET /nodes/{node}/services/{service}/state", args);
      const active = valueText(now?.["active-state"]);
      if (active === "inactive" || active === "failed") return [];
      const known = now === undefined ? `, ${UNREAD}` : "";
      const votes = name === VOTING;
      return [...votes ? await lostQuorum(String(node), takes, state) : [], {
        what: `service ${name} of ${node}${known}: what it does, ${takes}`,
        guests: QUORUM.includes(String(name)) ? await runningOnNode(args, state) : [],
      }];
    },
  };
}

/** The node, with the guests that run there; and its vote. */
const power: Effect<"command"> = {
  takes: "the node with all that runs there; the cluster's quorum, where it hangs on its vote",
  by: ["command"],
  judge: async (args, state) => {
    const guests = await runningOnNode(args, state);
    const names = (await state.guests()).filter(({ vmid }) => guests.includes(vmid)).map(nameOf);
    const who = names.length === 0
      ? "no guest runs there"
      : `with ${names.length} of its guests: ${listText(names)}`;
    return [
      ...await lostQuorum(String(args.node), `until ${args.node} is back`, state),
      { what: `node ${args.node}: ${args.command}, ${who}`, guests },
    ];
  },
};

/** The guest of a task by its type and id: `qmstart` of `100`. */
function guestOf(type: unknown, id: unknown): number[] {
  return /^(?:qm|vz|lxc|ha|spice|vnc)/.test(String(type)) && /^\d{3,9}$/.test(String(id))
    ? [Number(id)]
    : [];
}

const task: Effect<never> = {
  takes: "what a task that runs has begun and not finished",
  judge: async (args, state) => {
    const now = await readNamed(state, "GET /nodes/{node}/tasks/{upid}/status", args);
    if (now?.status === "stopped") return [];
    const [, , , , , type, id] = String(args.upid).split(":");
    const named = [valueText(now?.type ?? type), valueText(now?.id ?? id)]
      .filter((part) => part !== undefined).join(" of ");
    const known = now === undefined ? `, ${UNREAD}` : "";
    return [{
      what: `task ${named}${known}: what it has begun and not finished`,
      guests: guestOf(now?.type ?? type, now?.id ?? id),
    }];
  },
};

/** A package repository that is turned off. */
const repository: Effect<"enabled"> = {
  takes: "packages and updates from a repository that is turned off",
  by: ["enabled"],
  ofGuests: false,
  judge: async (args, state) => {
    const { node, path, index, enabled } = args;
    if (enabled === undefined || isOn(enabled)) return [];
    const now = await readNamed(state, "GET /nodes/{node}/apt/repositories", args);
    const files: unknown = now?.files;
    const file = Array.isArray(files) ? files.find((each) => each?.path === path) : undefined;
    const entry = file?.repositories?.[Number(index)];
    if (entry !== undefined && !isOn(entry.Enabled)) return [];
    const what = entry === undefined
      ? `repository ${index} of ${path}, ${UNREAD}`
      : [entry.URIs, entry.Suites, entry.Components].map(valueText).join(" ");
    return [{ what: `packages and updates of ${node} from ${what}`, guests: [] }];
  },
};

const SHELL = { mayTake: "what is typed into the shell may take anything" } as const;

/** Effects on what a node runs. */
export const nodeServiceEffects = {
  "POST /nodes/{node}/status": [power],
  "POST /nodes/{node}/wakeonlan": { nothing: "starts a node" },
  "POST /nodes/{node}/execute": [always("what the commands change")],
  "POST /nodes/{node}/spiceshell": SHELL,
  "POST /nodes/{node}/termproxy": SHELL,
  "POST /nodes/{node}/vncshell": SHELL,
  "DELETE /nodes/{node}/tasks/{upid}": [task],

  "POST /nodes/{node}/services/{service}/start": { nothing: "starts what is stopped" },
  "POST /nodes/{node}/services/{service}/stop": [service("until it runs again")],
  "POST /nodes/{node}/services/{service}/restart": [service("while it restarts")],
  "POST /nodes/{node}/services/{service}/reload": [
    service("while it restarts, should it not be able to reload"),
  ],

  "POST /nodes/{node}/aplinfo": { nothing: "downloads a template" },
  "POST /nodes/{node}/apt/update": { nothing: "reads package lists, and installs nothing" },
  "PUT /nodes/{node}/apt/repositories": { nothing: "one more repository" },
  "POST /nodes/{node}/apt/repositories": [repository],
} satisfies EffectTable<
  Extract<
    ChangeOperation,
    `${string} /nodes/{node}/${
      | "status"
      | "wakeonlan"
      | "execute"
      | "spiceshell"
      | "termproxy"
      | "vncshell"
      | "tasks"
      | "services"
      | "aplinfo"
      | "apt"}${string}`
  >
>;
