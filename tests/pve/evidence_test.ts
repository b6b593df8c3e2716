/** What proves a change, compared with the facts. */
import { operationFact, operationNames } from "../../src/pve/api.ts";
import { provenTask, UnprovenError, WAITS_BY } from "../../src/pve/evidence.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { RETURNS } from "./api_returns_gen.ts";

const UPID = "UPID:pve1:0000ABCD:0000ABCD:68000000:qmstart:100:root@pam:";

Deno.test("null in place of a UPID is allowed for just those operations that declare it", () => {
  const optional = operationNames().filter((operation) =>
    operationFact(operation).task && JSON.parse(RETURNS[operation]!).optional
  );
  assertEquals(Object.keys(WAITS_BY).toSorted(), optional.toSorted());
  for (const operation of optional) {
    assert(WAITS_BY[operation]! in operationFact(operation).params, operation);
    assertEquals(provenTask(operation, { [WAITS_BY[operation]!]: 5 }, null), undefined);
    assertThrows(() => provenTask(operation, {}, null), UnprovenError);
  }
});

Deno.test("each operation that declares a UPID is proven by one, and by nothing else", () => {
  for (const operation of operationNames()) {
    const { task, taskField } = operationFact(operation);
    if (!task && taskField === undefined) {
      assertEquals(provenTask(operation, {}, null), undefined, operation);
      continue;
    }
    const answer = (upid: unknown): unknown => taskField ? { [taskField]: upid } : upid;
    assertEquals(provenTask(operation, {}, answer(UPID)), UPID, operation);
    for (const data of [null, undefined, "", "OK", "UPID:", [], {}, 1, [UPID], answer(null)]) {
      const error = assertThrows(() => provenTask(operation, {}, data), UnprovenError);
      assertEquals(
        error.details.nothingDone,
        data === "OK" && operation.endsWith("/vzdump"),
        operation,
      );
    }
  }
});

Deno.test("vzdump's OK is success where it was to end the backups that run", () => {
  assertEquals(provenTask("POST /nodes/{node}/vzdump", { stop: true }, "OK"), undefined);
});
