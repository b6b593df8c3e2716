/**
 * Changes what is in lists and objects. Where nothing is to be changed the answer is the same list or
 * object, not a copy: nearly all data is masked and cleaned in vain.
 *
 * @module
 */

/** The list with each item changed. */
export function mappedItems<T>(
  items: readonly T[],
  change: (item: T, index: number) => T,
): readonly T[] {
  let copy: T[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as T;
    const changed = change(item, index);
    if (changed !== item) copy ??= items.slice(0, index);
    copy?.push(changed);
  }
  return copy ?? items;
}

/** The object with each name and each value changed. */
export function mappedFields(
  object: Readonly<Record<string, unknown>>,
  changeName: (name: string) => string,
  changeValue: (value: unknown, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(object);
  let copy: [string, unknown][] | undefined;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = object[name];
    const [changedName, changed] = [changeName(name), changeValue(value, name)];
    if (changedName !== name || changed !== value) {
      copy ??= names.slice(0, index).map((each) => [each, object[each]]);
    }
    copy?.push([changedName, changed]);
  }
  return copy ? Object.fromEntries(copy) : object;
}

/** The value with every text in it changed, names included. */
export function mappedTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return mappedItems(value, (each) => mappedTexts(each, change));
  const object = value as Readonly<Record<string, unknown>>;
  return mappedFields(object, change, (each) => mappedTexts(each, change));
}
