/**
 * For work that holds the event loop for long: each caller gets a turn of the loop to itself, one after the other, and between two of them
 * everything else has its turn, too.
 *
 * @returns resolves when the caller may work, until it next waits for anything
 */
export function createOwnTurns(): () => Promise<void> {
  let last = Promise.resolve();
  const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve));
  return () => {
    last = last.then(nextTurn);
    return last;
  };
}
