/** Views follow: the host's theme and zone, what happens in the cluster, what people do in them. */
import type { Locator } from "playwright-core";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { closeBrowser, type TestedView, viewTest } from "./views.ts";

Deno.test.afterAll(closeBrowser);

/** Milliseconds after which each view looks again, and a bit. */
const NEXT_LOOK = { overview: 11_000, load: 61_000, tasks: 11_000, backups: 121_000 } as const;

function back({ view }: TestedView): Promise<string> {
  return view.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
}

/** What was sent to the cluster to change something. */
function changes({ server }: TestedView): string[] {
  return server.simulator.requests.filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path}`);
}

function statusOf({ server }: TestedView, vmid: number): string | undefined {
  return server.simulator.cluster.guests.get(vmid)?.status;
}

/** Opens the panel of a change; `confirm` is the button that makes it. */
async function ask(
  { view }: TestedView,
  verb: string,
  subject: string,
): Promise<{ readonly panel: Locator; readonly confirm: Locator }> {
  await view.getByRole("button", { name: `${verb} ${subject}` }).click();
  const panel = view.getByRole("group", { name: `${verb} ${subject}?` });
  return { panel, confirm: panel.getByRole("button", { name: verb, exact: true }) };
}

const VIEWS = Object.keys(NEXT_LOOK) as (keyof typeof NEXT_LOOK)[];

for (const name of VIEWS) {
  viewTest(`${name} follows the theme of its host`, name, async (view) => {
    const light = await back(view);
    const picture = name === "load" ? await drawn(view) : undefined;
    await view.page.getByRole("button", { name: "Dark" }).click();
    await view.view.locator('html[data-theme="dark"]').waitFor();
    const dark = await back(view);
    assertEquals([light, dark], ["rgb(255, 255, 255)", "rgb(27, 27, 31)"]);
    if (picture !== undefined) assert(picture !== await drawn(view), "the canvas is drawn anew");
    await view.page.getByRole("button", { name: "Light" }).click();
    await view.view.locator('html[data-theme="light"]').waitFor();
    assertEquals(await back(view), light);
  });
}

function drawn({ view }: TestedView): Promise<string> {
  return view.locator("canvas").first().evaluate((canvas) =>
    (canvas as HTMLCanvasElement).toDataURL()
  );
}

for (const name of VIEWS) {
  viewTest(`${name} looks again by itself`, name, async (view) => {
    const when = view.view.locator("header .when");
    const before = await when.innerText();
    const asked = view.server.simulator.requests.length;
    await view.page.clock.fastForward(NEXT_LOOK[name]);
    await when.filter({ hasNotText: before }).waitFor();
    assert(view.server.simulator.requests.length > asked, "the cluster was asked");
  });
}

viewTest("what has changed in the cluster is shown at the next look", "overview", async (view) => {
  await view.view.getByText("11 of 15").waitFor();
  const guest = view.server.simulator.cluster.guests.get(106);
  assert(guest);
  guest.status = "running";
  await view.page.clock.fastForward(NEXT_LOOK.overview);
  await view.view.getByText("12 of 15").waitFor();
  await view.view.getByRole("button", { name: "Shut down legacy-erp (106)" }).waitFor();
});

viewTest("a view that looks again keeps the focus and what is open", "overview", async (view) => {
  const { panel, confirm } = await ask(view, "Snapshot", "db01 (102)");
  await confirm.waitFor();
  // Its row is drawn anew, and so is the button that opened the panel.
  const guest = view.server.simulator.cluster.guests.get(102);
  assert(guest);
  guest.config.cores = 6;
  const before = view.server.simulator.requests.length;
  await view.page.clock.fastForward(NEXT_LOOK.overview);
  await view.view.getByRole("button", { name: "Refresh" }).click();
  await view.view.getByText("6 cores").waitFor();
  await view.settled();
  assert(view.server.simulator.requests.length > before, "it has looked");
  assert(await confirm.isVisible());
  await panel.getByRole("button", { name: "Cancel" }).press("Escape");
  await panel.waitFor({ state: "detached" });
  const focused = view.view.locator(":focus");
  assertEquals(await focused.getAttribute("aria-label"), "Snapshot db01 (102)");
  assertEquals(changes(view), []);
});

viewTest(
  "a guest is started when its plan is confirmed, and not before",
  "overview",
  async (view) => {
    const { panel, confirm } = await ask(view, "Start", "legacy-erp (106)");
    await panel.getByText('VM 106 "legacy-erp" on pve2, stopped').waitFor();
    assertStringIncludes(await panel.innerText(), "POST /nodes/pve2/qemu/106/status/start");
    assertEquals(changes(view), []);
    await confirm.click();
    await view.view.getByRole("status").getByText("legacy-erp (106) is running").waitFor();
    await view.view.getByRole("button", { name: "Shut down legacy-erp (106)" }).waitFor();
    assertEquals(changes(view), ["POST /api2/json/nodes/pve2/qemu/106/status/start"]);
    assertEquals(statusOf(view, 106), "running");
  },
);

viewTest("a snapshot is made under a name that says when", "overview", async (view) => {
  const { confirm } = await ask(view, "Snapshot", "win11-test (107)");
  await confirm.click();
  await view.view.getByRole("status").getByText("chat-").waitFor();
  assertEquals(changes(view), ["POST /api2/json/nodes/pve3/qemu/107/snapshot"]);
});

viewTest(
  "what is taken away is done with the code of the plan that was read",
  "overview",
  async (view) => {
    const { panel, confirm } = await ask(view, "Shut down", "gitlab (104)");
    await panel.getByText("Lost: the running guest").waitFor();
    const told = await panel.innerText();
    assert(!told.includes("confirm="), told);
    await confirm.click();
    await view.view.getByRole("button", { name: "Start gitlab (104)" }).waitFor();
    assertEquals(statusOf(view, 104), "stopped");
  },
  { settings: { PROXMOX_CONFIRM: "plan" } },
);

viewTest(
  "what has changed since the plan is told anew before it is done",
  "overview",
  async (view) => {
    const { panel, confirm } = await ask(view, "Shut down", "gitlab (104)");
    await confirm.waitFor();
    const guest = view.server.simulator.cluster.guests.get(104);
    assert(guest);
    guest.config = { ...guest.config, tags: "other" };
    await confirm.click();
    await panel.getByText("Something has changed since the code was given").waitFor();
    assertEquals([changes(view), statusOf(view, 104)], [[], "running"]);
    await confirm.click();
    await view.view.getByRole("button", { name: "Start gitlab (104)" }).waitFor();
  },
  { settings: { PROXMOX_CONFIRM: "plan" } },
);

viewTest(
  "a host that can ask puts the server's question to the person",
  "overview",
  async (view) => {
    const { panel, confirm } = await ask(view, "Shut down", "gitlab (104)");
    await confirm.click();
    await view.page.getByText("Lost: the running guest").waitFor();
    await view.page.getByRole("button", { name: "Decline" }).click();
    await panel.getByText("The client answered no").waitFor();
    assertEquals([changes(view), statusOf(view, 104)], [[], "running"]);
  },
  { ask: true },
);

viewTest("what the server does not permit is said, and not offered", "overview", async (view) => {
  const { panel } = await ask(view, "Start", "legacy-erp (106)");
  await panel.getByText("It needs the elevated tier").waitFor();
  assertEquals(await panel.getByRole("button").allInnerTexts(), ["Close"]);
}, { settings: { PROXMOX_ALLOW_ELEVATED: "false" } });

for (const name of VIEWS) {
  viewTest(
    `${name} says when Proxmox VE is gone, keeps what it knew, and comes back`,
    name,
    async (view) => {
      const shown = await view.view.locator("main > .view").innerText();
      const end = view.server.simulator.faults.add({ kind: "refused" });
      await view.view.getByRole("button", { name: "Refresh" }).click();
      const alert = view.view.getByRole("alert");
      await alert.getByText("What is shown is of").waitFor();
      assertEquals(await view.view.locator("main > .view").innerText(), shown);
      end();
      await view.page.clock.fastForward(16_000);
      await alert.waitFor({ state: "hidden" });
    },
  );
}

for (const name of VIEWS) {
  viewTest(`${name} says when it finds nothing at first, and begins later`, name, async (view) => {
    assertMatch(await view.view.getByRole("alert").innerText(), /\S/);
    view.server.simulator.faults.clear();
    await view.page.clock.fastForward(16_000);
    await view.view.getByRole("alert").waitFor({ state: "hidden" });
    await view.view.locator("main > .view").getByText(/web01|qmstart/).first().waitFor();
  }, { prepare: ({ simulator }) => void simulator.faults.add({ kind: "refused" }) });
}

viewTest("a task is followed and stopped", "tasks", async (view) => {
  await view.view.getByText("1 running").waitFor();
  await view.view.getByRole("button", { name: /^Log of Backup 100/ }).click();
  const log = view.view.getByLabel("Log of the task");
  await log.getByText("INFO: starting new backup job").waitFor();
  await view.view.getByRole("group", { name: "Log" }).getByRole("button", { name: "Close" })
    .click();
  await view.view.getByRole("button", { name: /^Stop Backup 100/ }).click();
  const panel = view.view.getByRole("group", { name: /^Stop Backup 100/ });
  await panel.getByRole("button", { name: "Stop", exact: true }).click();
  await view.view.getByText("0 running").waitFor();
  assertEquals(changes(view).at(-1)?.split(" ")[0], "DELETE");
}, { prepare: backUp });

function backUp({ simulator }: TestedView["server"]): void {
  simulator.faults.add({ kind: "task-endless", type: "vzdump" });
  const { id, secret } = simulator.tokens.full;
  void simulator.transport().fetch(new URL("https://pve/api2/json/nodes/pve1/vzdump"), {
    method: "POST",
    headers: {
      Authorization: `PVEAPIToken=${id}=${secret}`,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: "vmid=100&storage=local",
    signal: AbortSignal.timeout(10_000),
  });
}

const ZONES: readonly (readonly [
  title: string,
  options: { zone: string; hostZone?: string },
  zone: string,
])[] = [
  ["the browser", { zone: "Asia/Tokyo" }, "Asia/Tokyo"],
  [
    "the host, where it says one",
    { zone: "Asia/Tokyo", hostZone: "America/New_York" },
    "America/New_York",
  ],
];

for (const [title, options, timeZone] of ZONES) {
  viewTest(`times are told in the zone of ${title}`, "tasks", async (view) => {
    const times = await view.view.locator("time").evaluateAll((found) =>
      found.map((time) => [time.getAttribute("datetime") ?? "", (time as HTMLElement).innerText])
    );
    const write = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      dateStyle: "medium",
      timeStyle: "short",
    });
    assert(times.length > 5);
    for (const [moment = "", told = ""] of times) {
      assertEquals(told, write.format(new Date(moment)));
    }
  }, options);
}
