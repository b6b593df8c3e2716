/**
 * Finds arguments that an action did not even look at, so that the answer can say so.
 *
 * @module
 */
import type { Args } from "../pve/encode.ts";
import { callerName } from "../tool/compatibility.ts";
import type { Action } from "../tool/define.ts";

/** Arguments that remember which of them were read. */
export class UsedArgs {
  readonly args: Args;
  readonly #read = new Set<string | symbol>();

  constructor(private readonly action: Action, args: Args) {
    this.args = new Proxy(args, {
      get: (target, name, receiver) => {
        this.#read.add(name);
        return Reflect.get(target, name, receiver);
      },
      has: (target, name) => {
        this.#read.add(name);
        return Reflect.has(target, name);
      },
    });
  }

  /** What the caller gave and nothing read, in a note; nothing when there is none. */
  notes(): string[] {
    const { action } = this;
    const own = { ...action.defaults, ...action.fixed };
    const unread = Object.keys(this.args).filter((name) =>
      !this.#read.has(name) && !Object.hasOwn(own, name)
    );
    if (unread.length === 0) return [];
    return [`Without effect here: ${unread.map((name) => callerName(action, name)).join(", ")}`];
  }
}
