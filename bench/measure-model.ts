import type { Config } from '../src/config.ts';
import { VARIABLES } from '../src/config.ts';
import { compareDetections } from './agreement.ts';
import { askSide } from './ask-side.ts';
import type { BenchModel } from './bench-model.ts';
import type { BenchOptions } from './bench-options.ts';
import type { Cell, Load, ModelRun } from './cell.ts';
import type { PictureRequest } from './load/connection.ts';
import { memoryOf } from './measure/process-tree.ts';
import { type Instruments, measureBare, measureServer } from './measure-load.ts';
import { percentile } from './percentile.ts';
import { describeAgreement } from './report/agreement.ts';
import { bareSessions } from './sides/bare-session.ts';
import { type Peer, peerSide } from './sides/peer-side.ts';
import { allowsRectangular, rectangularShapes } from './sides/rectangular-shapes.ts';
import { serviceSide } from './sides/service-side.ts';
import type { ServerSide } from './sides/side.ts';

export const BARE = 'bare session';
export const BARE_RECTANGULAR = 'bare session, rectangular';
export const SERVICE = 'service';
export const SERVICE_FIXED = 'service, fixed input';
export const PEER = 'peer';

/** In this order: a steady load needs to know the peak. */
const LOADS: readonly Exclude<Load, 'loop'>[] = ['16', 'steady', '4', '1'];
const STEADY_SHARE = 0.7;
const COMPARED_PICTURES = 128;
const SCORE_THRESHOLD = 0.25;
/** A CPU is as busy with one picture as with several; on a GPU the largest batch tells what it can do. */
const CUDA_BATCHES = [1, 4, 8, 16, 32];

/** Starts everything for one model, compares answers, measures in rounds, stops everything. */
export async function measureModel(
  model: BenchModel,
  config: Config,
  peer: Peer | undefined,
  requests: readonly PictureRequest[],
  options: BenchOptions,
  instruments: Instruments,
): Promise<ModelRun> {
  const { input } = model.manifest;
  const { engines, threadsPerEngine: threads, provider } = config;
  const onCuda = provider === 'cuda';
  const rectangular = allowsRectangular(input) && !onCuda && Object.hasOwn(VARIABLES, 'inputShape');
  const run: ModelRun = {
    model: model.name,
    engines,
    threads,
    sides: [],
    square: rectangular ? SERVICE_FIXED : SERVICE,
    cells: [],
    agreement: [],
    startToReadyMs: {},
    peakMemory: {},
  };
  const servers: ServerSide[] = [];
  const square: [number, number][] = [[input.width, input.height]];
  const mix = rectangular
    ? await rectangularShapes(
        input,
        requests.map(request => request.picture),
      )
    : [];
  const batches = onCuda && input.dynamic?.batch === true ? CUDA_BATCHES : [1];
  const sessions = await bareSessions(engines, {
    manifestPath: model.manifestPath,
    provider,
    threads,
    shapes: unique([...square, ...mix]),
    batches,
  });
  try {
    const env = { MODEL: model.name, MODELS_DIR: model.modelsDir };
    servers.push(await serviceSide(SERVICE, env));
    if (rectangular) servers.push(await serviceSide(SERVICE_FIXED, { ...env, INPUT_SHAPE: 'fixed' }));
    if (peer !== undefined)
      servers.push(await peerSide(PEER, peer, model.manifestPath, engines, onCuda ? 'cuda' : 'cpu'));
    for (const { name, startToReadyMs } of servers) run.startToReadyMs[name] = startToReadyMs;

    run.agreement = await compareSides(servers, run.square, requests.slice(0, COMPARED_PICTURES));
    for (const line of [`## ${model.name}`, '', ...run.agreement, '']) console.log(line);

    const bare = [
      ...batches.map(batch => ({ name: batch === 1 ? BARE : `${BARE}, batch ${batch}`, shapes: square, batch })),
      ...(rectangular ? [{ name: BARE_RECTANGULAR, shapes: mix, batch: 1 }] : []),
    ];
    run.sides = [...bare.map(({ name }) => name), ...servers.map(({ name }) => name)];
    for (let round = 1; round <= options.rounds; round++) {
      for (const load of LOADS) {
        const turns: (() => Promise<Omit<Cell, 'model' | 'round'>>)[] = servers.map(server => () => {
          const rate = STEADY_SHARE * peakOf(run.cells, server.name);
          return measureServer(server, load, requests, rate, instruments);
        });
        if (load === '16') {
          turns.unshift(
            ...bare.map(
              ({ name, shapes, batch }) =>
                () =>
                  measureBare(name, sessions, shapes, batch, instruments),
            ),
          );
        }
        for (let turn = 0; turn < turns.length; turn++) {
          const measured = await turns[(turn + round - 1) % turns.length]!();
          run.cells.push({ model: model.name, round, ...measured });
          console.error(`round ${round}, ${load}: ${measured.side}: ${measured.perSecond.toFixed(1)} pictures/s`);
        }
      }
    }
    for (const server of servers) {
      const peaks = server.processes().map(({ pid }) => memoryOf(pid).peak);
      run.peakMemory[server.name] = { megabytes: peaks.reduce((a, b) => a + b, 0), processes: peaks.length };
    }
    return run;
  } finally {
    await Promise.all([sessions.stop(), ...servers.map(server => server.stop())]);
  }
}

function peakOf(cells: readonly Cell[], side: string): number {
  return percentile(
    cells.filter(cell => cell.side === side && cell.load === '16').map(cell => cell.perSecond),
    0.5,
  );
}

/** Also warms every side up: it answers all these pictures. */
async function compareSides(
  servers: readonly ServerSide[],
  square: string,
  requests: readonly PictureRequest[],
): Promise<string[]> {
  const plain = `score_threshold=${SCORE_THRESHOLD}`;
  const answers = new Map<string, Awaited<ReturnType<typeof askSide>>>();
  for (const { name, urls } of servers) answers.set(name, await askSide(urls, requests, plain));
  const ours = answers.get(square)!;
  const compare = (name: string, other: typeof ours | undefined) =>
    other === undefined ? [] : [describeAgreement(name, compareDetections(ours, other, SCORE_THRESHOLD))];
  const peer = servers.find(({ name }) => name === PEER);
  const family = peer && (await askSide(peer.urls, requests, 'sampling=family'));
  return [
    ...compare("the peer sampling as the model's own code does", family),
    ...compare('the peer as it is timed, with cv2.resize', answers.get(PEER)),
    ...(square === SERVICE ? [] : compare('itself with rectangular input', answers.get(SERVICE))),
  ];
}

function unique(shapes: readonly [number, number][]): [number, number][] {
  return [...new Map(shapes.map(shape => [shape.join('x'), shape])).values()];
}
