/**
 * What a view is, and what all of them are given.
 *
 * @module
 */
import type { Args, Host } from "./host.ts";

/** The views by name. */
export type ViewName = "overview" | "load" | "tasks" | "backups" | "report";

/** What a view works with. */
export interface Page {
  readonly host: Host;
  /** Shows another view. */
  show(name: ViewName, args?: Args): void;
  /** Says what has happened, to those who do not see it as well. */
  say(text: string): void;
  /** Reads everything anew, now. */
  refresh(): void;
}

/** A view that is shown. */
export interface OpenView {
  /** Reads and draws what is true now. */
  refresh(): Promise<void>;
  /** Seconds until it wants to be read anew. */
  readonly every: () => number;
  /** Ends what it has begun. */
  close?(): void;
}

/** Shows a view in an element. */
export type Open = (root: HTMLElement, page: Page, args: Args) => OpenView;
