import type { IncomingMessage } from 'node:http';
import type { App } from './app-deps.ts';

/**
 * "Expect: 100-continue": Node would ask for the body before anyone has looked at the head. Here the client is asked for it
 * when nothing was found to refuse, so a picture that is too large or comes at a bad time is not sent at all.
 */
export function askForBodyLate(app: App): void {
  const waiting = new WeakSet<IncomingMessage>();
  app.server.on('checkContinue', (request, response) => {
    waiting.add(request);
    app.server.emit('request', request, response);
  });
  // Node would say 417, without a word; RFC 9110, 10.1.1 lets a server pass over an expectation that it does not know.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (waiting.delete(request.raw)) reply.raw.writeContinue();
    done();
  });
}
