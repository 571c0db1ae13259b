import { asking, bytesOf, hear } from './ask.ts';
import type { Client } from './clients.ts';
import { now } from './clock.ts';
import { openTalk } from './talk.ts';

/** So many connections at once, each with a picture. Resolves when all of them have an answer. */
export async function crowd(client: Client, pictures: number): Promise<void> {
  await Promise.all(
    Array.from({ length: pictures }, async () => {
      const request = asking(client, client.questions.plain(client.dice));
      const talk = await openTalk(client.port, client.address);
      if (talk === undefined) return;
      const begunAt = now();
      await talk.say(bytesOf(request));
      await hear(client, talk, request, { begunAt, sentAt: now() });
      talk.leave(false);
    }),
  );
}
