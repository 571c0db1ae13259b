import assert from 'node:assert/strict';

/** Fails when two lists of numbers differ by more than `tolerance` anywhere; prints the largest difference. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: ${actual.length} values, ${expected.length} expected`);
  let largest = 0;
  let where = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    // Written so that NaN fails too.
    if (!(difference <= largest)) {
      largest = difference;
      where = i;
    }
  }
  console.log(`${what}: largest difference ${largest} (tolerance ${tolerance})`);
  assert.ok(
    largest <= tolerance,
    `${what}: ${actual[where]} at ${where}, expected ${expected[where]} within ${tolerance}`,
  );
}
