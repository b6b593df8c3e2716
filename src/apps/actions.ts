/**
 * Changes that a person makes in a view. Each is first told by a dry run, then done with the code of
 * that plan, so that nothing else is done than what was read; what the server or the host asks beyond
 * that is asked as in every call.
 *
 * @module
 */
import { CallError, codeIn, forPeople, rowsOf, textIn } from "./answer.ts";
import { fill, foreign, h } from "./dom.ts";
import type { Args } from "./host.ts";
import { state, type Tone } from "./parts.ts";
import type { Place } from "./table.ts";
import type { Page } from "./view.ts";

/** A change to confirm. */
export interface Change {
  /** What the button says: `Shut down`. */
  readonly verb: string;
  /** What it is about: `web01 (100)`. */
  readonly subject: string;
  readonly tool: string;
  /** Its arguments, as they are when it is asked for. */
  readonly args: () => Args;
  /** It takes something away. */
  readonly grave?: boolean;
}

const VERDICTS: Readonly<Record<string, Tone>> = { "stops it": "bad", warns: "warn" };

function lines(notes: readonly string[]): HTMLElement {
  return h(
    "ul",
    { class: "plan" },
    ...notes.filter((note) => note !== "Nothing was changed").map((note) =>
      h("li", {}, foreign(note))
    ),
  );
}

/** What a failed call says. */
function failureLines(error: unknown): HTMLElement[] {
  const notes = error instanceof CallError ? forPeople(error.notes) : [];
  const message = error instanceof Error ? error.message : String(error);
  return [h("p", { class: "bad" }, foreign(message)), lines(notes)];
}

/** A panel that tells the plan of a change, and makes the change when it is confirmed. */
class ChangePanel {
  readonly node: HTMLElement;
  readonly #args: Args;
  readonly #body = h("div", { class: "told" });
  readonly #buttons = h("div", { class: "buttons" });

  constructor(
    private readonly page: Page,
    private readonly change: Change,
    private readonly onClose: () => void,
  ) {
    this.#args = change.args();
    const title = `${change.verb} ${change.subject}?`;
    this.node = h(
      "div",
      {
        class: "panel",
        role: "group",
        "aria-label": title,
        tabindex: -1,
        onkeydown: (event: KeyboardEvent) => event.key === "Escape" && this.onClose(),
      },
      h("h3", {}, foreign(title)),
      this.#body,
      this.#buttons,
    );
  }

  /** Asks what the change would do, and shows it. */
  async open(): Promise<void> {
    this.node.focus();
    fill(this.#body, h("p", { class: "muted" }, "Finding out what it would do…"));
    this.#offer();
    try {
      const plan = await this.page.host.call(this.change.tool, { ...this.#args, dry_run: true });
      const found = rowsOf(plan).filter((row) => textIn(row.verdict) in VERDICTS);
      const stopped = found.some(({ verdict }) => verdict === "stops it");
      fill(
        this.#body,
        lines(forPeople(plan.notes)),
        ...found.map(({ verdict, what }) =>
          h(
            "p",
            {},
            state(textIn(verdict), VERDICTS[textIn(verdict)] ?? "idle"),
            " ",
            foreign(what),
          )
        ),
      );
      this.#offer(stopped ? undefined : codeIn(plan.notes) ?? "");
    } catch (error) {
      fill(this.#body, ...failureLines(error));
      this.#offer();
    }
  }

  /** Buttons: with a code, or an empty one where none is needed, the change can be made. */
  #offer(code?: string): void {
    const { verb, grave } = this.change;
    const cancel = h(
      "button",
      { onclick: () => this.onClose() },
      code === undefined ? "Close" : "Cancel",
    );
    if (code === undefined) return fill(this.#buttons, cancel);
    const confirm = h("button", {
      class: grave ? "primary grave" : "primary",
      onclick: () => void this.#make(code),
    }, verb);
    fill(this.#buttons, confirm, cancel);
    confirm.focus();
  }

  async #make(code: string): Promise<void> {
    const { tool, verb, subject } = this.change;
    fill(this.#buttons);
    fill(
      this.#body,
      h(
        "p",
        { class: "busy" },
        `${verb}: waiting for Proxmox VE, or for an answer to its question…`,
      ),
    );
    this.page.say(`${verb} ${subject}: begun`);
    try {
      const { summary = `${verb}: done` } = await this.page.host.call(
        tool,
        code === "" ? this.#args : { ...this.#args, confirm: code },
      );
      this.page.say(summary);
      this.onClose();
    } catch (error) {
      fill(this.#body, ...failureLines(error));
      // What has changed since the plan comes with a code of its own.
      this.#offer(error instanceof CallError ? codeIn(error.notes) : undefined);
    }
    this.page.refresh();
  }
}

/** The button, or the one that was drawn in its place when what it is beside had changed. */
function asDrawnNow(button: HTMLButtonElement): HTMLButtonElement | undefined {
  if (button.isConnected) return button;
  return [...document.querySelectorAll("button")]
    .find((each) => each.ariaLabel === button.ariaLabel);
}

/** A button that opens the panel of a change in a place, and gives the focus back after it. */
export function changeButton(
  page: Page,
  change: Change,
  place: Place,
): HTMLButtonElement {
  const button = h("button", {
    "aria-label": `${change.verb} ${change.subject}`,
    onclick: () => {
      const panel = new ChangePanel(page, change, () => {
        place(undefined);
        asDrawnNow(button)?.focus();
      });
      place(panel.node);
      void panel.open();
    },
  }, change.verb);
  return button;
}
