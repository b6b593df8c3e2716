/**
 * Who is mapped to which token, as the file says now: it is looked at again while people come, so
 * that nobody has to start the server anew to let somebody in, or out.
 *
 * @module
 */
import type { Clock } from "../../../base/async/clock.ts";
import { log } from "../../../base/process/log.ts";
import type { People } from "../../../config/people.ts";
import { type PeopleSource, type ReadPeople, readPeople } from "../../../config/read_people.ts";

/** Milliseconds for which what was read is taken for what the file says. */
export const LOOK_MS = 5_000;

/** The people of a file. */
export class PeopleFile {
  #read: ReadPeople | undefined;
  #problems = "";
  #readAt = -Infinity;

  constructor(
    private readonly path: string,
    private readonly source: PeopleSource,
    private readonly clock: Clock,
    /** The names of the server's clusters, where it has several. */
    private readonly clusters: readonly string[] = [],
  ) {}

  /** Undefined while something is wrong with it: what it would say of whom is not known then. */
  current(): People | undefined {
    const now = this.clock.monotonic();
    if (now - this.#readAt < LOOK_MS) return this.#read?.people;
    const read = readPeople(this.path, this.source, this.clusters);
    this.#read?.forget();
    this.#read = read;
    this.#readAt = now;
    const { people, problems } = read;
    const text = problems.join("; ");
    if (text !== this.#problems) this.#tell(text);
    this.#problems = text;
    return people;
  }

  /** Forgets its secrets. */
  close(): void {
    this.#read?.forget();
    this.#read = undefined;
  }

  #tell(problems: string): void {
    if (problems === "") return log("http").info(`"${this.path}" can be used again`);
    log("http").error(`Nobody gets in, as PROXMOX_HTTP_PEOPLE_FILE cannot be used: ${problems}`);
  }
}
