/** Each view shows what is true, to everybody: wide and narrow, light and dark, read out. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import {
  axeFindings,
  CALLS,
  closeBrowser,
  type TestedView,
  type ViewName,
  viewTest,
} from "./views.ts";

Deno.test.afterAll(closeBrowser);

/** The texts of all elements of a kind. */
function texts({ view }: TestedView, selector: string): Promise<string[]> {
  return view.locator(selector).allInnerTexts();
}

viewTest(
  "the overview shows quorum, problems, nodes, guests and storages",
  "overview",
  async (view) => {
    const figures = await texts(view, ".figure");
    assertEquals(figures.slice(0, 3).map((text) => text.replace(/\s+/g, " ")), [
      "Quorum Yes cluster example",
      "Nodes 3 of 3 online",
      "Guests 11 of 15 running",
    ]);
    assertMatch(figures[3] ?? "", /^CPU\s+[\d.]+ %\s+[\d.]+ of 80 cores$/);
    assertMatch(figures[4] ?? "", /^Memory\s+\d+ %\s+[\d.]+ GiB of 320 GiB$/);
    assertEquals(await texts(view, ".card h3"), ["pve1", "pve2", "pve3"]);
    const guests = await texts(view, "tbody tr:not([hidden]) th .link");
    assertEquals(guests.length, 15);
    assertEquals(guests[0], "web01");
    const [first = ""] = await texts(view, ".storage");
    assertMatch(first.replace(/\s+/g, " "), /^scratch pve3 (used )?90 % 36 GiB of 40 GiB$/);
    assert((await texts(view, ".findings li")).some((text) => text.includes("job errors")));
  },
);

viewTest("guests are found by what is typed", "overview", async (view) => {
  await view.view.getByLabel("Find guests").fill("dns running");
  await view.view.getByText("2, 2 running").waitFor();
  assertEquals(await texts(view, "tbody tr:not([hidden]) th .link"), ["dns01", "dns02"]);
});

viewTest("of many guests the first are shown, and all when asked", "overview", async (view) => {
  const rows = view.view.locator("tbody tr:not([hidden]) th .link");
  assertEquals(await rows.count(), 25);
  await view.view.getByRole("button", { name: "Show all 60" }).click();
  assertEquals(await rows.count(), 60);
}, { simulator: { guests: 60 } });

viewTest("load is drawn, and told in numbers with their units", "load", async (view) => {
  assertEquals(await texts(view, ".chart h2"), ["CPU", "Memory", "Network", "Disk"]);
  const rows = (await texts(view, ".chart tbody tr")).map((text) => text.replace(/\s+/g, " "));
  assertMatch(rows[0] ?? "", /^web01 \(100\) [\d.]+ % [\d.]+ % [\d.]+ % [\d.]+ %$/);
  assertMatch(rows[1] ?? "", /^web01 \(100\) [\d.]+ GiB, \d+ % \d+ % \d+ % \d+ %$/);
  assertMatch(rows[2] ?? "", /^web01 \(100\), in ([\d.]+ KiB\/s ?){4}$/);
  assertEquals(await view.view.locator("canvas").count(), 4);
});

viewTest("curves of guests, nodes and storages share an axis", "load", async (view) => {
  const add = view.view.getByLabel("Add a curve");
  for (const label of ["db01 (102)", "pve1", "scratch on pve3"]) {
    await add.selectOption({ label });
    await view.view.getByRole("list", { name: "Shown" }).getByText(label).waitFor();
  }
  await view.view.getByRole("heading", { name: "Space" }).waitFor();
  await view.settled();
  const rows = await texts(view, ".chart tbody th");
  assertEquals(rows.slice(0, 3), ["web01 (100)", "db01 (102)", "pve1"]);
  assertEquals(rows.at(-1), "scratch on pve3");
  await view.view.getByLabel("Remove db01 (102)").click();
  await view.view.getByLabel("Remove db01 (102)").waitFor({ state: "detached" });
});

viewTest("a chart is read and zoomed by the keyboard, and by the pointer", "load", async (view) => {
  const plot = view.view.getByRole("group", { name: /^CPU over time/ });
  const heading = view.view.locator(".chart thead .number").first();
  assertEquals(await heading.innerText(), "Last");
  await plot.press("ArrowLeft");
  assertEquals(await heading.innerText(), "Then");
  assertMatch(await view.view.locator(".chart .when").first().innerText(), /\d{4}, \d\d:\d\d$/);
  const whole = view.view.getByRole("button", { name: "Whole time" });
  assert(!await whole.isVisible());
  await plot.press("+");
  await whole.waitFor();
  await plot.press("Escape");
  await whole.waitFor({ state: "hidden" });
  const box = await view.view.locator(".u-over").first().boundingBox();
  assert(box);
  const { mouse } = view.page;
  await mouse.move(box.x + 40, box.y + 40);
  await mouse.down();
  await mouse.move(box.x + 160, box.y + 40, { steps: 4 });
  await mouse.up();
  await whole.waitFor();
});

viewTest("the tasks show who did what, when, and how it ended", "tasks", async (view) => {
  const rows = (await texts(view, "tbody tr:not([hidden])")).map((text) =>
    text.replace(/\s+/g, " ")
  );
  assert(rows.length >= 9, `${rows.length} rows`);
  const failed = rows.find((row) => row.includes("QEMU exited with code 1")) ?? "";
  assertMatch(failed, /^Start 107 qmstart start failed: .* pve3 alice@pve!automation .* 1 s Log$/);
});

viewTest("the backups are a calendar of guests and days", "backups", async (view) => {
  const marks = await view.view.locator(".mark").evaluateAll((found) =>
    found.map((mark) => mark.getAttribute("aria-label") ?? "")
  );
  assertEquals(marks.length, 6);
  assertMatch(marks[0] ?? "", /^web01 \(100\), \w{3},? \d+ \w{3}: 1 backup, [\d.]+ GiB$/);
  await view.view.locator(".mark").first().click();
  await view.view.getByText("nas:backup/vzdump-qemu-100-").waitFor();
  const problems = await texts(view, ".problem");
  assert(problems.includes("too old"), problems.join("\n"));
  await view.view.getByRole("button", { name: "Earlier" }).click();
  assertEquals(await view.view.locator(".mark").count(), 0);
  await view.view.getByRole("button", { name: "Later" }).click();
  assertEquals(await view.view.locator(".mark").count(), 6);
});

viewTest("a report without a view of its own is a table", "report", async (view) => {
  const heads = await texts(view, "thead th");
  assertEquals(heads.slice(0, 3), ["What", "Used fraction", "Free"]);
  assert(
    (await texts(view, "tbody tr:not([hidden])")).some((row) => row.startsWith("scratch on pve3")),
  );
});

viewTest("the views lead to each other", "overview", async (view) => {
  for (const name of ["Tasks", "Backups", "Load", "Overview"]) {
    await view.view.getByRole("navigation").getByRole("button", { name }).click();
    await view.view.locator(`html[data-shown="${name.toLowerCase()}"]`).waitFor();
    await view.settled();
  }
  await view.view.getByRole("button", { name: "db01", exact: true }).click();
  await view.view.locator('html[data-shown="load"]').waitFor();
  await view.view.getByRole("list", { name: "Shown" }).getByText("db01 (102)").waitFor();
});

/** Whether everything that does not scroll by itself has room. */
async function assertFits({ view }: TestedView): Promise<void> {
  const { scrollWidth, clientWidth } = await view.locator("html").evaluate((
    { scrollWidth, clientWidth },
  ) => ({ scrollWidth, clientWidth }));
  assert(scrollWidth <= clientWidth, `${scrollWidth} in ${clientWidth}`);
}

for (const name of Object.keys(CALLS) as ViewName[]) {
  viewTest(
    `${name} has room, and axe-core finds nothing: wide and light, narrow and dark`,
    name,
    async (view) => {
      assertEquals(await axeFindings(view), []);
      await assertFits(view);
      await view.page.setViewportSize({ width: 380, height: 900 });
      await view.page.getByRole("button", { name: "Dark" }).click();
      await view.view.locator('html[data-theme="dark"]').waitFor();
      assertEquals(await axeFindings(view), []);
      await assertFits(view);
    },
  );
}
