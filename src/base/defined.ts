/**
 * Leaves out the fields of an object that are undefined, for types whose fields are optional.
 *
 * @module
 */

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** The same fields, of which those that may be undefined may be absent instead. */
export type Defined<T> =
  & Omit<T, OptionalKeys<T>>
  & { readonly [K in OptionalKeys<T>]?: Exclude<T[K], undefined> };

/** The fields that are not undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
