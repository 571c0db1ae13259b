/** Why one TensorFlow node cannot be converted; `convert-graph.ts` adds which node it was. */
export class NotUnderstood extends Error {}

export function requireThat(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new NotUnderstood(reason);
}
