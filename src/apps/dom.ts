/**
 * Makes elements. Whatever a text says, it becomes a text node: there is no way here to make markup
 * of it.
 *
 * @module
 */

/** What an element may hold; nothing stands for null, undefined and false. */
export type Child = Node | string | number | null | undefined | false;

/** Attributes and listeners: `onclick` and the like are listeners, true is an attribute without a value. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | undefined | ((event: never) => unknown)>
>;

function apply(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value as unknown as EventListener);
    } else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
}

function nodesOf(children: readonly Child[]): Node[] {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    return child instanceof Node ? [child] : [document.createTextNode(String(child))];
  });
}

/** An element. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, attributes);
  element.append(...nodesOf(children));
  return element;
}

/** Puts other children in the place of those that there are. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...nodesOf(children));
}

/**
 * Puts children in the place of those that there are, of which those stay that say the same: they
 * keep the focus.
 */
export function refill(element: Element, ...children: readonly Child[]): void {
  const next = nodesOf(children);
  const before = [...element.childNodes];
  for (const [index, node] of next.entries()) {
    const there = before[index];
    if (!there) element.append(node);
    else if (!there.isEqualNode(node)) there.replaceWith(node);
  }
  for (const left of before.slice(next.length)) left.remove();
}

/** A text of a guest or a person, which cannot turn the direction of what stands beside it. */
export function foreign(text: unknown): HTMLElement {
  return h("bdi", {}, String(text ?? ""));
}
