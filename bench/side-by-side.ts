import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readConfig } from '../src/config.ts';
import { type BenchModel, findModel } from './bench-model.ts';
import { type BenchOptions, readOptions } from './bench-options.ts';
import type { ModelRun } from './cell.ts';
import { pictureRequests } from './load/picture-requests.ts';
import { writeSection } from './marked-section.ts';
import { gpuMeter } from './measure/gpu-meter.ts';
import { describeMachine, lookForOtherJobs } from './measure/machine.ts';
import { measureModel } from './measure-model.ts';
import { modelReport } from './report/model-report.ts';
import { findPeer } from './sides/peer-side.ts';
import { SIDES } from './sides/side-names.ts';

const PAGE = 'docs/performance.md';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const config = readConfig(process.env);
  const jobs = await lookForOtherJobs();
  const found = options.python === undefined ? 'Peer left out (--no-peer).' : await findPeer(options.python);
  const peer = typeof found === 'string' ? undefined : found;
  const requests = await pictureRequests(options.images, options.form);
  if (requests.length === 0) throw new Error(`${options.images} has no JPEG, PNG or WebP files.`);
  const facts = [
    ...(await describeMachine()),
    typeof found === 'string' ? found : `peer: ${found.versions}`,
    `${requests.length} pictures, ${(requests.reduce((sum, { body }) => sum + body.length, 0) / requests.length / 1000).toFixed(0)} kB on average, ` +
      `sent as ${options.form === 'raw' ? 'raw bodies' : 'multipart forms'} to service and peer alike; ${options.rounds} rounds of ${options.seconds} s`,
    jobs.line,
  ];
  console.log([...facts, ...(jobs.warning === undefined ? [] : [jobs.warning]), ''].join('\n'));

  const runs = await measureAll(options, config, peer, requests);
  const report = [
    facts.map(fact => `- ${fact}`).join('\n'),
    ...(jobs.warning === undefined ? [] : [`**${jobs.warning}**`]),
    ...runs.map(run =>
      modelReport(run, { bare: bestBare(run), peers: [SIDES.peer, SIDES.peerInThreads, SIDES.peerOnOnePort] }),
    ),
  ].join('\n\n');
  console.log(`\n${report}`);
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify({ facts, options, runs }, null, 1));
  if (options.write) await writeSection(PAGE, 'bench', report);
}

async function measureAll(
  options: BenchOptions,
  config: ReturnType<typeof readConfig>,
  peer: Parameters<typeof measureModel>[2],
  requests: Parameters<typeof measureModel>[3],
): Promise<ModelRun[]> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'gfl-bench-'));
  const gpu = gpuMeter();
  const runs: ModelRun[] = [];
  try {
    const models: BenchModel[] = [];
    for (const name of options.models) {
      const model = await findModel(name, options.modelsDir, options.weights, temporary);
      if (typeof model === 'string') console.log(`${model}\n`);
      else models.push(model);
    }
    if (models.length === 0) throw new Error('There is no model to measure.');
    for (const model of models) {
      runs.push(await measureModel(model, config, peer, requests, options, { gpu, seconds: options.seconds }));
    }
  } finally {
    gpu.stop();
    await rm(temporary, { recursive: true, force: true });
  }
  return runs;
}

/** On a GPU the batch that serves the most pictures is the limit. */
function bestBare({ cells }: ModelRun): string {
  const bare = cells.filter(
    ({ side, load }) => load === 'loop' && (side === SIDES.bare || side.startsWith(`${SIDES.bare}, batch`)),
  );
  return bare.sort((a, b) => b.perSecond - a.perSecond)[0]?.side ?? SIDES.bare;
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
