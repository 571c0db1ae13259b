import { open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { enginesOf, tell } from './signals.ts';
import { NOTHING, type Stage, type Torment } from './torment.ts';

/** Files of graphs that are whole. */
async function filesOf(cacheDir: string): Promise<string[]> {
  const entries = (await readdir(cacheDir)).filter(name => !name.startsWith('draft-'));
  const files = await Promise.all(
    entries.map(async entry => {
      const folder = path.join(cacheDir, entry);
      return (await readdir(folder).catch(() => [])).map(name => path.join(folder, name));
    }),
  );
  return files.flat();
}

/** An engine makes the graph anew, with whatever else goes on. */
const MADE_ANEW_MS = 8000;

async function killAfter(stage: Stage, change: (files: string[]) => Promise<void>) {
  const files = await filesOf(stage.cacheDir);
  if (files.length === 0) return NOTHING;
  await change(files).catch(() => {}); // an engine may have replaced it meanwhile
  const engines = stage.dice.chance(0.5) ? enginesOf(stage) : enginesOf(stage).slice(0, 1);
  for (const engine of engines) tell(engine, 'SIGKILL');
  return { doomed: engines, extraMs: MADE_ANEW_MS };
}

const removed: Torment = {
  name: 'a file of the cache is gone, an engine killed',
  weight: 1,
  act: stage => killAfter(stage, files => rm(stage.dice.pick(files))),
};

/** Not under an engine that makes a graph: it would answer with the graph as it is, which differs in the last digits (decision 134). */
const emptied: Torment = {
  name: 'the cache is gone, an engine killed',
  weight: 1,
  async act(stage) {
    const isMade = (await readdir(stage.cacheDir)).some(name => name.startsWith('draft-'));
    return isMade ? NOTHING : killAfter(stage, () => rm(stage.cacheDir, { recursive: true, force: true }));
  },
};

/** As a new file: engines that live still have the old one. */
const replaced: Torment = {
  name: 'a file of the cache is another, an engine killed',
  weight: 1,
  act: stage =>
    killAfter(stage, async files => {
      const file = stage.dice.pick(files);
      const content = await readFile(file);
      for (let times = 0; times < 20; times++) content[stage.dice.int(content.length)]! ^= 1 + stage.dice.int(255);
      await writeFile(`${file}.damaged`, content);
      await rename(`${file}.damaged`, file);
    }),
};

/** What has it mapped dies of it where it reads on. */
const cut: Torment = {
  name: 'a file of the cache is cut short, an engine killed',
  weight: 1,
  act: stage =>
    killAfter(stage, async files => {
      const file = stage.dice.pick(files);
      await truncate(file, Math.floor((await stat(file)).size * (stage.dice.int(90) / 100)));
    }).then(({ extraMs }) => ({ doomed: [], extraMs })),
};

/** Under engines that stand still and are killed: those that live would see it, which nobody can help. */
const overwritten: Torment = {
  name: 'a file of the cache is overwritten, all engines killed',
  weight: 1,
  async act(stage) {
    const engines = enginesOf(stage);
    for (const engine of engines) tell(engine, 'SIGSTOP');
    const files = (await filesOf(stage.cacheDir)).filter(file => file.endsWith('.bin') || file.endsWith('.onnx'));
    if (files.length > 0) {
      const handle = await open(stage.dice.pick(files), 'r+');
      const { size } = await handle.stat();
      await handle.write(Buffer.alloc(size >> 1, 0x5a), 0, size >> 1, size >> 2);
      await handle.close();
    }
    for (const engine of engines) tell(engine, 'SIGKILL');
    return { doomed: engines, extraMs: MADE_ANEW_MS };
  },
};

export const CACHE: readonly Torment[] = [removed, emptied, replaced, cut, overwritten];
