import type { App } from './app-deps.ts';
import { responsesUnderWay, type UnderWay } from './responses-under-way.ts';

/**
 * What responses-under-way.ts does, and one thing more: when the server closes, so do connections that never said a word
 * (browsers open them ahead of time) or stopped in the middle of a head. Node closes those that idle after an answer, and
 * waits for these.
 */
export function followConnections(app: App): UnderWay {
  const underWay = responsesUnderWay(app.server);
  app.addHook('preClose', async () => {
    for (const [socket, responses] of underWay) if (responses.size === 0) socket.destroy();
  });
  return underWay;
}
