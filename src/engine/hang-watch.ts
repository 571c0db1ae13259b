/** An engine that is heard is at work and not hung; a picture whose detections it owes for so many times the limit is stuck all the same. */
const STUCK_TIMES = 2;

/**
 * Watches over a picture that has just been sent to an engine. Calls `onHang` with a sentence for the log once the engine has said nothing
 * about any picture for `limitMs`, or has kept this one for twice as long without coming to draw it: drawing takes its time, and its turn.
 *
 * @param heardAt when the engine last said something about a picture, as `performance.now()` has it
 * @param isDrawn whether its detections are there, and it is drawn or waits for that
 * @returns ends the watch: the picture has left the engine
 */
export function watchForHang(
  limitMs: number,
  heardAt: () => number,
  isDrawn: () => boolean,
  onHang: (detail: string) => void,
): () => void {
  const sentAt = performance.now();
  let timer: NodeJS.Timeout;
  let ended = false;

  function look(): void {
    if (ended) return;
    const now = performance.now();
    const quietMs = now - Math.max(sentAt, heardAt());
    const patienceMs = quietMs >= limitMs ? limitMs : STUCK_TIMES * limitMs;
    const mayStay = quietMs < limitMs && isDrawn();
    if (now - sentAt >= patienceMs && !mayStay) onHang(`a picture had no answer after ${patienceMs} ms`);
    else lookIn(limitMs - quietMs);
  }

  function lookIn(ms: number): void {
    // An answer that came while this process itself was busy is read before the engine is called hung.
    timer = setTimeout(() => setImmediate(look), ms);
  }

  lookIn(limitMs);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
