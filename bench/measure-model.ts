import path from 'node:path';
import type { Config } from '../src/config.ts';
import type { BenchModel } from './bench-model.ts';
import type { BenchOptions } from './bench-options.ts';
import type { ModelRun } from './cell.ts';
import { compareSides } from './compare-sides.ts';
import type { PictureRequest } from './load/connection.ts';
import { pictureRequest } from './load/picture-requests.ts';
import { memoryOf } from './measure/process-tree.ts';
import { type Instruments, measureBare } from './measure-load.ts';
import { measureRounds } from './measure-rounds.ts';
import { askModels } from './sides/ask-models.ts';
import { bareSessions } from './sides/bare-session.ts';
import { type Peer, peerOnOnePort, peerSide } from './sides/peer-side.ts';
import { rectangularShapes } from './sides/rectangular-shapes.ts';
import { serviceSide } from './sides/service-side.ts';
import type { ServerSide } from './sides/side.ts';
import { SIDES } from './sides/side-names.ts';
import type { StageCpu } from './stages/stage-cpu.ts';
import { stagesApart } from './stages/stages-apart.ts';

const COMPARED_PICTURES = 128;
/** A CPU is as busy with one picture as with several; on a GPU the largest batch tells what it can do. */
const CUDA_BATCHES = [1, 4, 8, 16, 32];

/** Measures the stages of one model, starts everything for it, compares answers, measures in rounds, stops everything. */
export async function measureModel(
  model: BenchModel,
  config: Config,
  peer: Peer | undefined,
  requests: readonly PictureRequest[],
  options: BenchOptions,
  instruments: Instruments,
): Promise<ModelRun> {
  const { input } = model.manifest;
  const { engines, threadsPerEngine: threads } = config;
  const env = { MODEL: model.name, MODELS_DIR: model.modelsDir };
  const running: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(one: T): T => {
    running.push(one);
    return one;
  };
  const stageCpu = await measureStages(model, config, requests, options);
  try {
    const service = keep(await serviceSide(SIDES.service, env));
    const { provider, shape } = await askModels(service);
    const rectangular = shape === 'rectangular';
    const servers: ServerSide[] = [service];
    if (rectangular) servers.push(keep(await serviceSide(SIDES.serviceFixed, { ...env, INPUT_SHAPE: 'fixed' })));
    if (peer !== undefined) {
      const side = await peerSide(SIDES.peer, peer, model.manifestPath, engines, provider).catch((error: Error) => {
        console.log(`Peer skipped for ${model.name}: ${error.message.trim()}\n`);
      });
      if (side) {
        servers.push(keep(side), inThreads(side));
        if (engines > 1) {
          servers.push(keep(await peerOnOnePort(SIDES.peerOnOnePort, peer, model.manifestPath, engines, provider)));
        }
      }
    }

    const square: [number, number][] = [[input.width, input.height]];
    const pictures = requests.map(({ picture }) => picture);
    const mix = rectangular ? await rectangularShapes(input, pictures) : [];
    const batches = provider === 'cuda' && input.dynamic?.batch === true ? CUDA_BATCHES : [1];
    const shapes = unique([...square, ...mix]);
    const { manifestPath } = model;
    const sessions = keep(await bareSessions(engines, { manifestPath, provider, threads, shapes, batches }));
    const own = servers.filter(({ loads }) => loads === undefined);
    const run: ModelRun = {
      ...{ model: model.name, engines, threads, sides: [], cells: [], peakMemory: {} },
      square: rectangular ? SIDES.serviceFixed : SIDES.service,
      stageCpu,
      agreement: [],
      startToReadyMs: Object.fromEntries(own.map(({ name, startToReadyMs }) => [name, startToReadyMs])),
    };

    run.agreement = await compareSides(servers, run.square, requests.slice(0, COMPARED_PICTURES));
    for (const line of [`## ${model.name}`, '', ...run.agreement, '']) console.log(line);

    const bare = [
      ...batches.map(batch => ({
        name: batch === 1 ? SIDES.bare : `${SIDES.bare}, batch ${batch}`,
        shapes: square,
        batch,
      })),
      ...(rectangular ? [{ name: SIDES.bareRectangular, shapes: mix, batch: 1 }] : []),
    ];
    run.sides = [...bare.map(({ name }) => name), ...servers.map(({ name }) => name)];
    const measureBares = bare.map(
      ({ name, shapes, batch }) =>
        () =>
          measureBare(name, sessions, shapes, batch, instruments),
    );
    run.cells = await measureRounds(servers, measureBares, requests, options.rounds, instruments);
    for (const server of own) {
      const peaks = server.processes().map(({ pid }) => memoryOf(pid).peak);
      run.peakMemory[server.name] = { megabytes: peaks.reduce((a, b) => a + b, 0), processes: peaks.length };
    }
    return run;
  } finally {
    await Promise.all(running.map(one => one.stop()));
  }
}

/** The service's stages by the name of its side, before anything else of it is there. */
async function measureStages(
  { manifestPath }: BenchModel,
  { engines, provider, inputShape }: Config,
  requests: readonly PictureRequest[],
  { images, seconds }: BenchOptions,
): Promise<Record<string, StageCpu>> {
  const pictures = requests.slice(0, COMPARED_PICTURES).map(({ file }) => path.join(images, file));
  const stages = await stagesApart(engines, { manifestPath, provider, inputShape }, { pictures, seconds });
  return Object.fromEntries(stages.map(({ cpu }, index) => [index === 0 ? SIDES.service : SIDES.serviceFixed, cpu]));
}

function unique(shapes: readonly [number, number][]): [number, number][] {
  return [...new Map(shapes.map(shape => [shape.join('x'), shape])).values()];
}

/** The same processes, asked as FastAPI's documentation would have it. */
function inThreads(peer: ServerSide): ServerSide {
  return {
    ...peer,
    name: SIDES.peerInThreads,
    loads: ['16'],
    request: ({ file, picture }) => ({ ...pictureRequest(file, picture, 'multipart'), path: '/threads/detect' }),
  };
}
