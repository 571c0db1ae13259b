/**
 * Collects garbage where the process lets it (an engine does): copies of a graph's weights lie about when another form of it has been made, hundreds of
 * megabytes, and V8 would leave them while the next is made.
 */
export function forgetGarbage(): void {
  globalThis.gc?.();
}
