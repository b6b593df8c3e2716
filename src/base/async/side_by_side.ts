/**
 * Does the same for many, some at a time.
 *
 * @module
 */

/**
 * Works on all items, at the most `most` of them at the same time, in their order.
 *
 * @returns What comes of each; a failure is that of its item alone.
 */
export function sideBySide<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<R>[] {
  const begun: Promise<R>[] = [];
  for (const [index, item] of items.entries()) {
    const before = begun[index - most] ?? Promise.resolve();
    const result = before.then(() => {}, () => {}).then(() => work(item));
    result.catch(() => {}); // Whoever takes the result hears of it, however late.
    begun.push(result);
  }
  return begun;
}
