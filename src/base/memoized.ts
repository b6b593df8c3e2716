/**
 * Remembers what was made of an object.
 *
 * @module
 */

/** A function that makes something of an object once, and answers the same for it from then on. */
export function memoized<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const result = known.get(key) ?? make(key);
    known.set(key, result);
    return result;
  };
}
