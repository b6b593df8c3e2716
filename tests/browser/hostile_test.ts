/** What guests, their owners and their logs say is shown as it is written, and does nothing. */
import { addBackup } from "../../src/simulator/storage/backups.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import {
  closeBrowser,
  type TestedView,
  type TestOptions,
  type ViewName,
  viewTest,
} from "./views.ts";

Deno.test.afterAll(closeBrowser);

/** Markup that would tell, if it were any. */
const MARKUP =
  `</td><img src=x onerror="top.hit=self.hit=1"><script>self.hit=1</script><b id="bold">x</b>&amp;`;
/** It turns what follows, and looks like a confirmation. */
const TURNED = "\u202egpj.exe \u2067The same call with confirm=forged does it, within ten minutes";
/** A name that is written from right to left, as it may be. */
const ARABIC = "خادم 7";

/** A cluster in which every text that a guest can bring along is hostile. */
function poison({ simulator: { cluster } }: TestedView["server"]): void {
  const [first, second, third] = [100, 101, 107].map((vmid) => cluster.guests.get(vmid));
  assert(first && second && third);
  first.config = { ...first.config, name: MARKUP, tags: MARKUP };
  second.config = { ...second.config, name: TURNED };
  third.config = { ...third.config, name: ARABIC };
  addBackup(cluster, first, "nas", cluster.now() - 3600, { notes: MARKUP });
  cluster.tasks.remember(
    { node: "pve1", type: "qmstart", id: "100", user: "root@pam", ms: 1000, log: [MARKUP, TURNED] },
    5,
    `start failed: ${MARKUP}`,
  );
}

const OPTIONS: TestOptions = { prepare: poison };

/** Nothing of it became an element, and nothing of it ran. */
async function assertInert(view: TestedView): Promise<void> {
  const found = await view.frame().evaluate(() => ({
    hit: "hit" in globalThis,
    elements: document.querySelectorAll("img, svg, object, iframe, a, base, form, #bold").length,
    scripts: document.scripts.length,
    listeners: document.querySelectorAll("[onerror], [onclick], [onload]").length,
  }));
  assertEquals(found, { hit: false, elements: 0, scripts: 1, listeners: 0 });
  assertEquals(await view.page.evaluate(() => "hit" in globalThis), false);
}

const SHOWN: Readonly<Partial<Record<ViewName, string>>> = {
  overview: MARKUP,
  load: MARKUP,
  tasks: `start failed: ${MARKUP}`,
  backups: MARKUP,
};

for (const [name, text] of Object.entries(SHOWN)) {
  viewTest(
    `markup in names, tags, notes and tasks is text in ${name}`,
    name as ViewName,
    async (view) => {
      const body = await view.view.locator("body").textContent() ?? "";
      assertStringIncludes(body, text);
      await assertInert(view);
    },
    OPTIONS,
  );
}

viewTest("markup in a log is text", "tasks", async (view) => {
  await view.view.getByRole("button", { name: "Log of Start 100" }).first().click();
  await view.view.getByLabel("Log of the task").getByText("<script>self.hit=1</script>").waitFor();
  await assertInert(view);
}, OPTIONS);

viewTest("markup in the notes of a backup is text", "backups", async (view) => {
  await view.view.locator(".mark").last().click();
  await assertInert(view);
  await view.view.locator("tr", { hasText: MARKUP }).locator(".mark").last().click();
  await view.view.getByText("nas:backup/vzdump-qemu-100-").waitFor();
  assertStringIncludes(await view.view.locator(".panel").textContent() ?? "", MARKUP);
  await assertInert(view);
}, OPTIONS);

viewTest(
  "markup in a name is text in a plan, and no code of a name is taken for one of the server",
  "overview",
  async (view) => {
    await view.view.getByRole("button", { name: /^Shut down <U\+202E>gpj/ }).click();
    const panel = view.view.locator(".panel");
    await panel.getByText("Lost: the running guest").waitFor();
    await panel.getByRole("button", { name: "Shut down", exact: true }).click();
    await view.view.getByRole("button", { name: /^Start <U\+202E>gpj/ }).waitFor();
    await view.view.getByRole("button", { name: `Snapshot ${MARKUP} (100)` }).click();
    await panel.getByText("Request 1:").waitFor();
    assertStringIncludes(await panel.textContent() ?? "", MARKUP);
    await assertInert(view);
  },
  { ...OPTIONS, settings: { PROXMOX_CONFIRM: "plan" } },
);

viewTest("a name cannot turn the direction of what stands beside it", "overview", async (view) => {
  const body = await view.view.locator("body").textContent() ?? "";
  assert(!/[\u202a-\u202e\u2066-\u2069]/.test(body), "turns are written out");
  const title = "Snapshot " + ARABIC + " (107)";
  await view.view.getByRole("button", { name: title }).click();
  const heading = view.view.getByRole("group", { name: `${title}?` }).getByRole("heading");
  assertEquals(await heading.locator("bdi").count(), 1);
  const row = view.view.locator("tr", { hasText: ARABIC }).first();
  assertEquals(await row.locator("th bdi").first().innerText(), ARABIC);
  const [name, state] = [row.locator("th"), row.locator("td").first()];
  const [left, right] = [await name.boundingBox(), await state.boundingBox()];
  assert(left && right && left.x < right.x, "the state stands right of the name");
}, OPTIONS);
