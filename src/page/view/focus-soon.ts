/** Focuses an element that the change just made to the store brings to sight. */
export function focusSoon(element: HTMLElement): void {
  queueMicrotask(() => element.focus({ preventScroll: true }));
}
