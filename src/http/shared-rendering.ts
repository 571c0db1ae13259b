import type { Registry } from 'prom-client';

/** The metrics as text, as bytes. Who asks while a rendering is made shares it, and its memory. */
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
