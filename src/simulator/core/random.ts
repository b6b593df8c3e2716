/**
 * Reproducible randomness: a generator by seed, and noise that is a function of time, so that load
 * figures move without being kept.
 *
 * @module
 */

/** A generator of numbers from 0 up to 1, the same ones for the same seed. */
export function randomBySeed(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Smooth noise from 0 to 1.
 *
 * @param seed Whose noise: any number.
 * @param seconds Point in time.
 */
export function noise(seed: number, seconds: number): number {
  const phase = seed * 12.9898;
  const slow = Math.sin(seconds / 3600 + phase);
  const middle = Math.sin(seconds / 611 + phase * 1.7);
  const fast = Math.sin(seconds / 67 + phase * 2.3);
  return 0.5 + 0.25 * slow + 0.15 * middle + 0.1 * fast;
}

/** Hexadecimal text of `length` digits. */
export function hexText(random: () => number, length: number): string {
  let text = "";
  while (text.length < length) {
    text += Math.floor(random() * 4294967296).toString(16).padStart(8, "0");
  }
  return text.slice(0, length);
}

/** A UUID of random digits. */
export function uuid(random: () => number): string {
  return hexText(random, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

/** A MAC address with PVE's own prefix. */
export function macAddress(random: () => number): string {
  const digits = hexText(random, 6).toUpperCase();
  return `BC:24:11:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`;
}
