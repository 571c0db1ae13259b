import type { ChildProcess, Serializable } from 'node:child_process';
import { once } from 'node:events';

/** One message to a child of `fork`, and its answer. Rejects when the child ends instead. */
export async function askChild<Answer>(child: ChildProcess, message: Serializable): Promise<Answer> {
  const abort = new AbortController();
  const exited = once(child, 'exit', { signal: abort.signal }).then(() => {
    throw new Error('A process of the benchmark ended before it answered.');
  });
  exited.catch(() => {}); // raced below
  child.send(message);
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal: abort.signal }), exited]);
    return answer as Answer;
  } finally {
    abort.abort();
  }
}

/** Lets children end that end with their parent, and waits for it. */
export async function disconnectAll(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async child => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      if (child.connected) child.disconnect();
      await exited;
    }),
  );
}

/** The child's side: answers one message after the other, ends with 1 when an answer fails, and with its parent. */
export function answerParent<Message>(answer: (message: Message) => Promise<Serializable>): void {
  process.on('message', (message: Message) => {
    answer(message).then(
      reply => process.send?.(reply),
      error => {
        console.error((error as Error).message);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
}
