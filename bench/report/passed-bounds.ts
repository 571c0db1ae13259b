/** A sentence for every bound that was passed; with one, the exit code is 1. */
export function reportPassedBounds(bounds: readonly [boundPassed: boolean, sentence: string][]): void {
  for (const [boundPassed, sentence] of bounds) {
    if (!boundPassed) continue;
    console.log(`FAILED: ${sentence}.`);
    process.exitCode = 1;
  }
}
