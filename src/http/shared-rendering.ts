import type { Registry } from 'prom-client';

/** Renders the metrics as bytes of text. Whoever asks while they are being rendered gets the same bytes. */
export function sharedRendering(registry: Pick<Registry, 'metrics'>): () => Promise<Buffer> {
  let rendering: Promise<Buffer> | undefined;
  const forgetNextTurn = () =>
    setImmediate(() => {
      rendering = undefined;
    });
  return () => {
    rendering ??= registry
      .metrics()
      .then(text => Buffer.from(text))
      .finally(forgetNextTurn);
    return rendering;
  };
}
