import { setTimeout as sleep } from 'node:timers/promises';

/** A child of `inChild` that dies as the job's file tells it to. */
process.once('message', async ({ file }: { file: string }) => {
  process.send?.({ type: 'phase', doing: 'dying', limitMs: file === 'endless' ? 300 : 60_000 });
  await sleep(50);
  switch (file) {
    case 'segfault':
      process.stderr.write('the last words\n');
      process.kill(process.pid, 'SIGSEGV');
      break;
    case 'abort':
      process.abort();
      break;
    case 'killed':
      process.kill(process.pid, 'SIGKILL');
      break;
    case 'silent':
      process.exit(0);
      break;
    case 'heap': {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(1.6e7).fill(hoard.length)); // 128 MB at a time: collecting garbage in between takes most of it
    }
    case 'endless':
      for (;;) await sleep(1000);
  }
});
