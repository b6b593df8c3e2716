/**
 * A person who answers late, while the cluster changes.
 *
 * @module
 */
import { connect, type Harness } from "../harness.ts";
import { hooked, type Hooks } from "../hooked_transport.ts";

/** The guest that is about to lose something. */
export const OLD = { vmid: 104 };
/** What tells the guests. */
export const LIST = "GET /cluster/resources?type=vm";

/** What happens before the person answers. */
export type Meanwhile = (harness: Harness) => void | Promise<void>;

/** A cluster with such a person. */
export interface Late extends AsyncDisposable {
  readonly harness: Harness;
  readonly questions: string[];
}

/** A cluster with the stopped guest "old-test", and a person who says yes after something happened. */
export async function late(
  meanwhile: Meanwhile = () => {},
  { hooks = () => ({}), settings = {} }: {
    readonly hooks?: (harness: () => Harness) => Hooks;
    readonly settings?: Readonly<Record<string, string>>;
  } = {},
): Promise<Late> {
  const questions: string[] = [];
  const found = (): Harness => harness;
  const harness: Harness = await connect({
    settings,
    transport: (simulator) => hooked(simulator, hooks(found)),
    ask: async (question) => {
      questions.push(question);
      await meanwhile(harness);
      return "accept";
    },
  });
  const guest = harness.simulator.cluster.guests.get(104)!;
  guest.config.name = "old-test";
  guest.status = "stopped";
  return { harness, questions, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

/** The old guest is something else now. */
export function becomesProduction({ simulator }: Harness): void {
  const guest = simulator.cluster.guests.get(104)!;
  guest.config.name = "PRODUCTION-DB";
  guest.status = "running";
}

/** Changes that reached the cluster, other than those that a test itself makes. */
export function changes({ simulator }: Harness): string[] {
  return simulator.requests.filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.replace("/api2/json", "")}`);
}
