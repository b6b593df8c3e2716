/** Callers with tokens of their own, where the server has several clusters: a header names theirs. */
import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { INITIALIZE, post, rpc, servePeopleOf } from "./served.ts";

const NOTHING: Readonly<Record<string, string>> = {};

Deno.test("a header names the cluster that a token is of, and no other hears of it", async () => {
  await using served = servePeopleOf({ home: {}, lab: {} });
  const { url, embedded } = served;
  const { id, secret } = embedded.lab!.simulator.tokens.limited;
  const begin = (headers: Record<string, string>): Promise<Response> =>
    post(url, INITIALIZE, { Authorization: `Bearer ${id}=${secret}`, ...headers });

  for (const headers of [NOTHING, { "X-Proxmox-Cluster": "" }, { "X-Proxmox-Cluster": "away" }]) {
    const refused = await begin(headers);
    assertEquals(refused.status, 400);
    assertStringIncludes(await refused.text(), "X-Proxmox-Cluster must name one cluster");
  }
  const strange = await post(url, INITIALIZE, { "X-Proxmox-Cluster": "lab" });
  assertEquals(strange.status, 401);
  await strange.body?.cancel();
  for (const { simulator } of Object.values(embedded)) assertEquals(simulator.requests, []);

  const begun = await begin({ "X-Proxmox-Cluster": " LAB " });
  assertEquals(begun.status, 200);
  await begun.body?.cancel();
  assertEquals(embedded.home!.simulator.requests, []);
  const session = { "Mcp-Session-Id": begun.headers.get("mcp-session-id") ?? "" };

  const list = rpc(1, "tools/call", { name: "proxmox_guest_list", arguments: { limit: 1 } });
  const by = { Authorization: `Bearer ${id}=${secret}`, ...session };
  const answer = await post(url, list, { ...by, "X-Proxmox-Cluster": "lab" });
  assertStringIncludes(await answer.text(), "Guests");
  assertEquals(embedded.home!.simulator.requests, []);

  // The same token, and the session of another cluster.
  const elsewhere = await post(url, list, { ...by, "X-Proxmox-Cluster": "home" });
  assertEquals(elsewhere.status, 404);
  await elsewhere.body?.cancel();
  assertEquals(embedded.home!.simulator.requests, []);
});

Deno.test("a token that one cluster takes is asked about anew in another", async () => {
  await using served = servePeopleOf({ home: {}, lab: {} });
  const { url, embedded } = served;
  const { services, simulator } = embedded.lab!;
  const { id, secret } = simulator.tokens.limited;
  const [userid = "", tokenid = ""] = id.split("!");
  await embedded.home!.services.pve.request("DELETE /access/users/{userid}/token/{tokenid}", {
    userid,
    tokenid,
  });
  const statuses = [];
  for (const cluster of ["lab", "home"]) {
    const response = await post(url, INITIALIZE, {
      Authorization: `Bearer ${id}=${secret}`,
      "X-Proxmox-Cluster": cluster,
    });
    statuses.push(response.status);
    await response.body?.cancel();
  }
  assertEquals(statuses, [200, 401]);
  services.pve.close();
});
