/**
 * What a guest uses: functions of its seed and the time, so nothing has to be kept.
 *
 * @module
 */
import type { Guest } from "../core/model.ts";
import { noise } from "../core/random.ts";
import { mainDiskSize, memoryBytes } from "./config.ts";

/** Use of a guest at one moment. */
export interface GuestMetrics {
  /** Seconds. */
  readonly uptime: number;
  /** Share of all its CPUs, 0 to 1. */
  readonly cpu: number;
  /** Bytes. */
  readonly mem: number;
  readonly disk: number;
  /** Bytes since it started. */
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
}

const IDLE: GuestMetrics = {
  uptime: 0,
  cpu: 0,
  mem: 0,
  disk: 0,
  netin: 0,
  netout: 0,
  diskread: 0,
  diskwrite: 0,
};

/** Figures are taken every ten seconds. */
const STEP = 10;

/** Use of a guest at a time (seconds since 1970). */
export function metricsOf(guest: Guest, now: number): GuestMetrics {
  const { load } = guest;
  if (guest.status !== "running") return IDLE;
  const diskUsed = guest.type === "lxc" ? Math.floor(mainDiskSize(guest) * (0.15 + load * 0.5)) : 0;
  const at = Math.floor(now / STEP) * STEP;
  const uptime = Math.max(0, now - guest.startTime);
  const wave = noise(load * 1000, at);
  const paused = guest.qmpstatus !== "running";
  const rate = 2_000 + load * 60_000;
  return {
    uptime,
    cpu: paused ? 0 : Math.round((0.004 + load * 0.35 * wave) * 1e6) / 1e6,
    mem: Math.floor(memoryBytes(guest) * (0.25 + 0.4 * load + 0.2 * wave)),
    disk: diskUsed,
    netin: Math.floor(uptime * rate),
    netout: Math.floor(uptime * rate * 0.6),
    diskread: Math.floor(uptime * rate * 0.8),
    diskwrite: Math.floor(uptime * rate * 0.4),
  };
}
