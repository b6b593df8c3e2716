/**
 * Says for the log, `doctor` and `config` whether a person is asked before a call takes something
 * away.
 *
 * @module
 */
import type { Config } from "../config/config.ts";

/** What the setting for clients that cannot ask does, and does not. */
export const PLAN_WORDS =
  "PROXMOX_CONFIRM=plan tells first what a call takes away, and the same call with a code does it: the model's second look, no person's consent";

/** What the settings make of a call that loses something, by whether the client can ask a person. */
export function confirmationText(config: Config, canAsk: boolean): string {
  const { confirm } = config;
  if (config.readOnly || !config.allowElevated) {
    return "nothing can be lost: only reading is allowed";
  }
  const setting = `PROXMOX_CONFIRM=${confirm}`;
  if (confirm === "never") return `what loses something is done without a question (${setting})`;
  if (canAsk) return `what loses something is asked first (${setting})`;
  if (confirm === "plan") {
    return `what loses something is told first, and done by the same call with a code (${setting})`;
  }
  return confirm === "auto"
    ? `what loses something is done at once, without a question (${setting})`
    : `what loses something is refused, and no code takes a person's place (${setting})`;
}
