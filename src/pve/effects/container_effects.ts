/**
 * What the operations take away that only containers have, or that differ for them.
 *
 * @module
 */
import { type ChangeOperation, type EffectTable, isOn } from "./effect.ts";
import { configEffects, takingEffect } from "./guest_config.ts";
import type { guestEffects } from "./guest_effects.ts";
import { moves, whileRunning } from "./guest_power.ts";
import { givesDisk, overwrites } from "./guest_volumes.ts";

/** Operations of containers that stand in no other table. */
type ContainerOperation = Exclude<
  Extract<ChangeOperation, `${string} /nodes/{node}/lxc${string}`>,
  keyof typeof guestEffects | `${string}/firewall/${string}`
>;

const DRIVES = ["rootfs", "mp[n]", "unused[n]"] as const;

/** Effects of operations of containers. */
export const containerEffects = {
  "POST /nodes/{node}/lxc": [overwrites, takingEffect("lxc", DRIVES)],
  "PUT /nodes/{node}/lxc/{vmid}/config": configEffects("lxc", {
    drives: DRIVES,
    devices: ["dev[n]"],
    name: "hostname",
    deletes: ["delete"],
  }),
  "POST /nodes/{node}/lxc/{vmid}/move_volume": [givesDisk("lxc", "volume")],
  "POST /nodes/{node}/lxc/{vmid}/migrate": [
    moves,
    whileRunning(
      "lxc",
      "the running container, while it starts anew on the other node",
      ["restart", "online"],
      // HA stops it for either.
      ({ restart, online }) => isOn(restart) || isOn(online),
    ),
  ],
} as const satisfies EffectTable<ContainerOperation>;
