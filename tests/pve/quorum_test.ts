/** What the answer of `GET /cluster/status` says of quorum and nodes. */
import { assertEquals, assertMatch } from "../assert.ts";
import { onlineText, type Quorum, quorumLoss, quorumOf } from "../../src/pve/quorum.ts";

Deno.test("a cluster says its quorum and which nodes are missing", () => {
  const node = (name: string, online: number) => ({ type: "node", name, online, local: 0 });
  assertEquals(
    quorumOf([
      { type: "cluster", name: "home", quorate: 0 },
      { ...node("pve1", 1), local: 1 },
      node("pve2", 0),
    ]),
    {
      cluster: "home",
      quorate: false,
      nodes: ["pve1", "pve2"],
      offline: ["pve2"],
      local: "pve1",
    },
  );
});

Deno.test("a node by itself has its quorum, and no cluster's name", () => {
  const alone = quorumOf([{ type: "node", name: "pve", online: 1, local: 1 }]);
  assertEquals([alone.cluster, alone.quorate, alone.local], [undefined, true, "pve"]);
});

Deno.test("only a cluster without quorum has lost something", () => {
  const quorum = (quorate: number, ...online: readonly number[]): Quorum =>
    quorumOf([
      { type: "cluster", name: "home", quorate },
      ...online.map((each, index) => ({ type: "node", name: `pve${index}`, online: each })),
    ]);
  assertEquals(onlineText(quorum(1, 1, 1, 0)), "2 of 3 nodes online");
  assertEquals(quorumLoss(quorum(1, 1, 1, 0)), undefined);
  assertMatch(quorumLoss(quorum(0, 1, 0, 0)) ?? "", /^lost: nothing can be changed/);
});
