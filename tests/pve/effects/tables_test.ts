/** What holds for the tables of guests, storages, backups, pools and replication. */
import { assert, assertEquals } from "../../assert.ts";
import { type Operation, operationFact } from "../../../src/pve/api.ts";
import { backupEffects } from "../../../src/pve/effects/backup_effects.ts";
import { bulkEffects } from "../../../src/pve/effects/bulk_effects.ts";
import { containerEffects } from "../../../src/pve/effects/container_effects.ts";
import { contentEffects } from "../../../src/pve/effects/content_effects.ts";
import {
  type EffectTable,
  type OperationEffects,
  whenOn,
} from "../../../src/pve/effects/effect.ts";
import { guestEffects } from "../../../src/pve/effects/guest_effects.ts";
import { forBothTypes } from "../../../src/pve/effects/guest_operations.ts";
import { poolEffects } from "../../../src/pve/effects/pool_effects.ts";
import { replicationEffects } from "../../../src/pve/effects/replication_effects.ts";
import { storageEffects } from "../../../src/pve/effects/storage_effects.ts";
import { vmEffects } from "../../../src/pve/effects/vm_effects.ts";

const TABLE: Readonly<Record<string, OperationEffects>> = {
  ...{ ...guestEffects, ...vmEffects, ...containerEffects, ...bulkEffects, ...backupEffects },
  ...{ ...storageEffects, ...contentEffects, ...poolEffects, ...replicationEffects },
};

/** Parameters with which an operation is judged, whatever it does else. */
const TELLING = ["delete", "force", "purge", "overwrite", "content", "nodes"];

Deno.test("no deletion, and no operation with a telling parameter, is said to take nothing", () => {
  for (const [operation, effects] of Object.entries(TABLE)) {
    const { method, params } = operationFact(operation as Operation);
    const telling = method === "DELETE" || TELLING.some((name) => Object.hasOwn(params, name));
    assert(!telling || !("nothing" in effects), operation);
  }
});

Deno.test("the operations that never take anything, though they have a telling parameter", () => {
  const never = Object.keys(TABLE).filter((operation) => {
    const effects = TABLE[operation];
    return Array.isArray(effects) && effects.length === 0;
  });
  assertEquals(never, [
    "POST /nodes/{node}/startall",
    "POST /nodes/{node}/storage/{storage}/download-url",
  ]);
});

Deno.test("what a text of the caller's may take is not said to be taken", () => {
  const open = Object.keys(TABLE).filter((operation) => "mayTake" in (TABLE[operation] ?? {}));
  assertEquals(open, [
    "POST /nodes/{node}/qemu/{vmid}/agent/exec",
    "POST /nodes/{node}/qemu/{vmid}/agent/file-write",
    "PUT /nodes/{node}/qemu/{vmid}/sendkey",
  ]);
});

Deno.test("a table names only parameters that its operations have", () => {
  const numbered = {
    "POST /nodes/{node}/qemu": [whenOn("scsi[n]", "x"), whenOn("efidisk0", "x")],
  } satisfies EffectTable<"POST /nodes/{node}/qemu">;
  const wrong = {
    // @ts-expect-error mp[n] is a container's
    "POST /nodes/{node}/qemu": [whenOn("mp[n]", "x")],
  } satisfies EffectTable<"POST /nodes/{node}/qemu">;
  const ofOneType = forBothTypes(() => ({
    // @ts-expect-error skiplock is a VM's
    "POST /nodes/{node}/{type}/{vmid}/status/shutdown": [whenOn("skiplock", "x")],
  }));
  const lacking = forBothTypes<
    "POST /nodes/{node}/{type}/{vmid}/template" | "POST /nodes/{node}/{type}/{vmid}/status/stop"
  > // @ts-expect-error the stop is missing
  (() => ({ "POST /nodes/{node}/{type}/{vmid}/template": [] }));
  assertEquals([numbered, wrong, ofOneType, lacking].map((each) => Object.keys(each).length), [
    ...[1, 1, 2, 2],
  ]);
});
