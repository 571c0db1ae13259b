/** Keeps the children of an element in step with a list; an item that stays keeps its element, and with it the focus. */
export function keyedList<T, E extends HTMLElement>(
  parent: HTMLElement,
  { key, create, update }: { key: (item: T) => string; create: (item: T) => E; update: (made: E, item: T) => void },
): (items: readonly T[]) => void {
  const made = new Map<string, E>();
  return items => {
    const focused = document.activeElement;
    const wanted = new Set(items.map(key));
    for (const [name, child] of made) {
      if (wanted.has(name)) continue;
      child.remove();
      made.delete(name);
    }
    for (const [at, item] of items.entries()) {
      const name = key(item);
      let child = made.get(name);
      if (child === undefined) {
        child = create(item);
        made.set(name, child);
      }
      update(child, item);
      if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
    }
    // A browser takes the focus from what is moved.
    if (focused !== document.activeElement && focused instanceof HTMLElement && parent.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  };
}
