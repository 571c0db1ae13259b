import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createDetector } from '../../../src/detector/index.ts';
import { encodeModel } from '../../../src/onnx/model.ts';
import { TensorProto_DataLocation } from '../../../src/onnx/onnx_pb.ts';
import { parseModel } from '../../../src/onnx/parse-model.ts';
import { HOSTILE_GRAPHS } from '../../support/hostile-graphs.ts';
import { runCli } from '../../support/run-cli.ts';
import { writeTinyModel } from '../../support/tiny-model.ts';

/** What the service loads: a graph that the manifest's sha256 names, and that may be hostile all the same. */

let folder: string;
let manifestPath: string;
let tiny: Uint8Array;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-load-'));
  manifestPath = await writeTinyModel(path.join(folder, 'm'), { name: 'm' });
  tiny = await readFile(path.join(folder, 'm', 'model.onnx'));
});
after(() => rm(folder, { recursive: true }));

async function serveGraph(bytes: Uint8Array): Promise<void> {
  const manifest = JSON.parse(await readFile(manifestPath, 'utf8'));
  manifest.graph.sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(path.join(folder, 'm', 'model.onnx'), bytes);
  await writeFile(manifestPath, JSON.stringify(manifest));
}

/** The tiny graph with the weights of its boxes elsewhere. */
function withWeightsAt(location: string): Uint8Array {
  const model = parseModel(tiny);
  const weight = model.graph.initializer.find(({ name }) => name === 'reg_bias')!;
  weight.externalData = [{ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: location }];
  weight.rawData = new Uint8Array();
  weight.dataLocation = TensorProto_DataLocation.EXTERNAL;
  return encodeModel(model);
}

// ONNX Runtime resolves the places of a graph loaded from bytes from the working folder.
for (const location of ['package.json', '/etc/passwd', '../../../../etc/passwd', 'weights.bin']) {
  test(`weights in another file are not loaded: ${location}`, async () => {
    if (location === 'package.json') assert.ok(existsSync(location), 'the case needs a file in the working folder');
    await serveGraph(withWeightsAt(location));
    await assert.rejects(createDetector(manifestPath, { provider: 'cpu' }), {
      code: 'invalid_graph',
      message:
        /model\.onnx keeps weights in another file \(".*"\), which is not loaded; "gfl-serve model add" makes one file/,
    });
  });
}

for (const [name, bytes] of [...HOSTILE_GRAPHS, ['half a graph', new Uint8Array(3)] as const]) {
  test(`hostile, and refused in a sentence: ${name}`, async () => {
    await serveGraph(bytes);
    await assert.rejects(createDetector(manifestPath, { provider: 'cpu' }), {
      name: 'DetectorError',
      code: 'invalid_graph',
    });
  });
}

test('the service says so and ends with 1', async () => {
  for (const [bytes, message] of [
    [withWeightsAt('/etc/passwd'), /cannot start\. .*keeps weights in another file/],
    [tiny.subarray(0, 2000), /cannot start\. .*model\.onnx cannot be used: it is no ONNX file, or a damaged one/],
  ] as const) {
    await serveGraph(bytes);
    const env = { PORT: '0', MODELS_DIR: folder, MODEL: 'm', PROVIDER: 'cpu', ENGINES: '1', LOG_LEVEL: 'silent' };
    const { code, stderr } = await runCli(['serve'], env);
    assert.equal(code, 1);
    assert.match(stderr, message);
  }
});
