/**
 * Whatever changes between a question, its answer, the turn and each retry: nothing is taken from a
 * guest that differs from what was confirmed. What is taken is read off the embedded cluster's own
 * state at the moment at which it does what it was sent, and never asked of the guard.
 */
import type { Guest } from "../../src/simulator/core/model.ts";
import { assert, assertEquals } from "../assert.ts";
import { depth } from "../depth.ts";
import { connect, type Harness } from "../harness.ts";
import { hooked } from "../hooked_transport.ts";
import { outcomeOf } from "../outcome.ts";
import { Random, seedOf } from "./random.ts";
import { SEED } from "./settings.ts";

const VMID = 104;
const TEN_MINUTES = 600_000;
const PATH = `/nodes/pve3/qemu/${VMID}`;

/** What a loss is of, as the cluster itself has it. */
interface Facts {
  /** Who it is: name, tags. */
  readonly identity: string;
  readonly runs: boolean;
  /** What goes, by name. */
  readonly parts: ReadonlyMap<string, string>;
}

/** A kind of call that takes something away. */
interface Kind {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** True for the request that does it. */
  readonly isIt: (line: string) => boolean;
  /** What of the guest goes with it; nothing where it takes nothing. */
  readonly parts: (guest: Guest) => readonly (readonly [name: string, value: string])[];
  /** Proxmox VE compares the configuration with the one that was judged. */
  readonly digest?: true;
}

const DRIVE = /^(scsi|unused)\d+$/;

function values(guest: Guest, isMeant: (key: string) => boolean): [string, string][] {
  return Object.entries(guest.config).filter(([key]) => isMeant(key))
    .map(([key, value]) => [key, String(value)]);
}

function ofConfig(tool: string, args: Kind["args"], key: string): Kind {
  return {
    tool,
    args,
    isIt: (line) => /^(PUT|POST) .*\/config$/.test(line),
    parts: (guest) => values(guest, (name) => name === key),
    digest: true,
  };
}

const KINDS: readonly [Kind, ...Kind[]] = [
  {
    tool: "proxmox_guest_delete",
    args: {},
    isIt: (line) => line.startsWith(`DELETE ${PATH}`) && !line.includes("snapshot"),
    parts: (guest) => [
      ["the guest", "all of it"],
      ...values(guest, (key) => DRIVE.test(key)),
      ...[...guest.snapshots.keys()].map((name) => [`snapshot ${name}`, name] as const),
    ],
  },
  {
    tool: "proxmox_guest_stop",
    args: {},
    isIt: (line) => line.endsWith("/status/stop"),
    parts: ({ status }) => status === "running" ? [["what runs in it", "all of it"]] : [],
  },
  {
    tool: "proxmox_guest_snapshot",
    args: { action: "delete", snapname: "daily" },
    isIt: (line) => line.startsWith(`DELETE ${PATH}/snapshot/`),
    parts: ({ snapshots }) => {
      const daily = snapshots.get("daily");
      return daily ? [["daily", String(daily.snaptime)]] : [];
    },
  },
  ofConfig("proxmox_guest_config_update", { delete: "scsi1" }, "scsi1"),
  ofConfig("proxmox_guest_config_update", { delete: "scsi1", force: true }, "scsi1"),
  ofConfig("proxmox_guest_config_update", { config: { scsi1: "local-lvm:8" } }, "scsi1"),
  ofConfig("proxmox_guest_config_update", { delete: "net0" }, "net0"),
  ofConfig("proxmox_vm_disk", { action: "remove", disk: "unused0" }, "unused0"),
  {
    ...ofConfig("proxmox_api_call", {}, "scsi1"),
    args: { operation: `PUT ${PATH}/config`, params: { delete: "scsi1" } },
  },
];

function factsOf(guest: Guest | undefined, kind: Kind): Facts | undefined {
  if (!guest) return undefined;
  const { name, tags } = guest.config;
  return {
    identity: JSON.stringify([name, tags, guest.node, guest.type]),
    runs: guest.status === "running",
    parts: new Map(kind.parts(guest)),
  };
}

/** What is taken that was not confirmed, in words; undefined when all of it was. */
function excess(confirmed: Facts | undefined, taken: Facts, question: string): string | undefined {
  if (!confirmed) return "nothing was asked about";
  if (taken.identity !== confirmed.identity) {
    return `it was ${confirmed.identity}, it is ${taken.identity}`;
  }
  if (taken.runs && !confirmed.runs) return "it did not run";
  for (const [name, value] of taken.parts) {
    if (confirmed.parts.get(name) !== value) {
      return `${name} was ${confirmed.parts.get(name)}, it is ${value}`;
    }
    const volume = /^[\w-]+:[\w-]+/.exec(value)?.[0];
    if (volume !== undefined && !question.includes(volume)) return `${volume} was not shown`;
  }
  return undefined;
}

let made = 0;

/** What may happen to the guest, in a word each. */
const HAPPENINGS: Readonly<Record<string, (guest: Guest, random: Random) => void>> = {
  "becomes PRODUCTION-DB": ({ config }) => void (config.name = "PRODUCTION-DB"),
  "becomes old-test": ({ config }) => void (config.name = "old-test"),
  "starts": (guest) => void (guest.status = "running"),
  "stops": (guest) => void (guest.status = "stopped"),
  "is protected": ({ config }) => void (config.tags = "protected"),
  "gets a tag": ({ config }) => void (config.tags = "production"),
  "loses its tags": ({ config }) => void delete config.tags,
  "gets another disk": ({ config }, random) => {
    const key = random.pick(["scsi1", "scsi2", "unused0"]);
    config[key] = `local-lvm:vm-${VMID}-disk-${++made}${key === "unused0" ? "" : ",size=8G"}`;
  },
  "has a disk that grows": ({ config }) => {
    const grown = String(config.scsi1 ?? "").replace(/size=\d+/, `size=${100 + ++made}`);
    if (config.scsi1 !== undefined) config.scsi1 = grown;
  },
  "loses a disk": ({ config }, random) => void delete config[random.pick(["scsi1", "unused0"])],
  "gets another card": ({ config }, random) => {
    config.net0 = `virtio=BC:24:11:00:00:0${random.below(10)},bridge=vmbr0`;
  },
  "is snapshot": ({ snapshots, config }, random) => {
    const name = random.pick(["daily", "weekly"]);
    snapshots.set(name, {
      config: { ...config },
      snaptime: 1_700_000_000 + ++made,
      vmstate: false,
    });
  },
  "loses a snapshot": ({ snapshots }) => void snapshots.delete("daily"),
  "is described": ({ config }) => void (config.description = `line ${++made}`),
};

const ALL = Object.entries(HAPPENINGS);
/** What the digest of the configuration tells. */
const OF_CONFIG = ALL.filter(([word]) => word !== "starts" && word !== "stops");

/** What came of all runs together. */
interface Tally {
  done: number;
  voided: number;
  /** Times that Proxmox VE did what it was sent. */
  taken: number;
}

/** One call by one seed; `trace` tells what happened. */
async function play(random: Random, tally: Tally, trace: string[]): Promise<void> {
  const kind = random.pick(KINDS);
  const share = random.pick([0, 0.2, 0.5]);
  const holds = random.chance(0.5);
  const held = Promise.withResolvers<void>();
  const holding = Promise.withResolvers<void>();
  let confirmed: Facts | undefined;
  let asked = 0;
  let question = "";
  let isPlaying = false;
  const guest = (): Guest | undefined => harness.simulator.cluster.guests.get(VMID);
  const happen = (when: string, often = share, happenings = ALL): void => {
    const it = guest();
    if (!it || !random.chance(often)) return;
    const [word = "", change] = random.pick(happenings) ?? [];
    change?.(it, random);
    trace.push(`${when}: it ${word}`);
  };
  let before: Facts | undefined;
  const harness: Harness = await connect({
    ask: (text) => {
      question = text;
      confirmed = factsOf(guest(), kind);
      asked = harness.clock.monotonic();
      trace.push(text);
      happen("while it is asked");
      happen("while it is asked");
      if (random.chance(0.2)) harness.clock.advance(random.below(TEN_MINUTES * 1.2));
      if (random.chance(0.1)) harness.clock.setBy(-TEN_MINUTES * 6);
      void harness.clock.sleep(random.pick([500, 20_000, TEN_MINUTES])).then(() => {
        if (holds) happen("while it waits for its turn");
        held.resolve();
      });
      return Promise.resolve(random.chance(0.95) ? "accept" : "decline");
    },
    transport: (simulator) =>
      hooked(simulator, {
        arrives: async (line) => {
          if (line.endsWith("/agent/ping")) {
            holding.resolve();
            return await held.promise;
          }
          if (!isPlaying || !kind.isIt(line)) return;
          // What the guard cannot see any more is Proxmox VE's to refuse, where it can.
          if (kind.digest) happen("after the last look", share, OF_CONFIG);
          before = factsOf(guest(), kind);
          trace.push(line);
        },
        answers: (line) => {
          if (!isPlaying || !kind.isIt(line)) return undefined;
          assert(before, "it was gone");
          if (before.parts.size === 0) return undefined;
          tally.taken++;
          const wrong = excess(confirmed, before, question);
          const late = harness.clock.monotonic() - asked > TEN_MINUTES + 1_000;
          const words = wrong ?? (late ? "it was asked more than ten minutes ago" : undefined);
          if (words !== undefined) violations.push(words);
          if (before.identity.includes("protected")) violations.push("it is protected");
          return undefined;
        },
      }),
  });
  await using _ = harness;
  const violations: string[] = [];
  prepare(guest()!, random);
  const tries = random.pick([0, 0, 1, 3]);
  const message = `can't lock file '/var/lock/qemu-server/lock-${VMID}.conf' - got timeout`;
  const match = { method: random.pick(["DELETE", "PUT", "POST"]), path: PATH };
  const ping = harness.call("proxmox_api_call", {
    operation: holds ? `POST ${PATH}/agent/ping` : `GET ${PATH}/config`,
  });
  if (holds) await holding.promise;
  if (tries > 0) {
    harness.simulator.faults.add({ kind: "status", status: 500, message, match, times: tries });
  }
  isPlaying = true;
  retriesOf(harness, () => happen("while it waits for a lock", Math.max(share, 0.3)));
  const call = harness.call(kind.tool, {
    ...kind.args,
    ...(kind.tool === "proxmox_api_call" ? {} : { vmid: VMID, wait: 3_600 }),
  });
  // Where nothing is asked, nobody else ends the other call's turn.
  void harness.clock.sleep(30_000).then(() => question === "" ? held.resolve() : undefined);
  const { text } = await call;
  held.resolve();
  await ping;
  trace.push(text);
  if (outcomeOf(text) === "done") tally.done++;
  if (text.includes("the same call asks again")) tally.voided++;
  assertEquals(violations, []);
}

/** Lets something happen at each sleep: between the tries at a lock. */
function retriesOf({ clock }: Harness, happens: () => void): void {
  const sleep = clock.sleep.bind(clock);
  clock.sleep = async (ms, signal) => {
    await sleep(ms, signal);
    if (ms >= 500) happens();
  };
}

/** How the guest is at first. */
function prepare(guest: Guest, random: Random): void {
  guest.status = random.pick(["running", "stopped"]);
  guest.config.name = "old-test";
  guest.config.scsi1 = `local-lvm:vm-${VMID}-disk-1,size=16G`;
  guest.config.unused0 = `local-lvm:vm-${VMID}-disk-7`;
  guest.snapshots.set("daily", {
    config: { ...guest.config },
    snaptime: 1_700_000_000,
    vmstate: false,
  });
}

Deno.test("nothing is taken that differs from what was confirmed, whatever changes meanwhile", async () => {
  const tally: Tally = { done: 0, voided: 0, taken: 0 };
  for (let run = 0; run < depth(150, 5_000); run++) {
    const seed = seedOf(`confirmation ${run}`, SEED);
    const trace: string[] = [];
    try {
      await play(new Random(seed), tally, trace);
    } catch (error) {
      throw new Error(`Run ${run}, seed ${seed}:\n${trace.join("\n")}`, { cause: error });
    }
  }
  // The runs are about something: some are done, and some are void.
  const { done, voided, taken } = tally;
  assert(done > 20 && voided > 20 && taken > 20, JSON.stringify(tally));
});
