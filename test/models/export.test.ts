import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const PYTHON = process.env.EXPORT_PYTHON ?? 'python3';
/** 2 minutes on 2 quiet CPUs; 4 with EXPORT_TESTS=all. */
const TIMEOUT_MS = 20 * 60_000;

const FITTING = `
import importlib.util, sys
missing = [name for name in ("torch", "onnx", "onnxscript", "onnxruntime", "numpy", "pytest") if importlib.util.find_spec(name) is None]
sys.exit("Python is older than 3.11" if sys.version_info < (3, 11) else f"without {', '.join(missing)}" if missing else 0)
`;

function unfit(): string | undefined {
  const { error, status, stderr } = spawnSync(PYTHON, ['-c', FITTING], { encoding: 'utf8', timeout: 60_000 });
  if (error === undefined && status === 0) return undefined;
  const reason = error === undefined ? stderr.trim().split('\n').at(-1) : error.message;
  return `${PYTHON}: ${reason}; models/export/README.md says what its tests need (EXPORT_PYTHON names another Python)`;
}

const skip = unfit() ?? false;

test('the exporters', { skip }, async t => {
  const models = await mkdtemp(path.join(tmpdir(), 'exported-models-'));
  t.after(() => rm(models, { recursive: true, force: true }));

  await t.test('their own tests: graphs against PyTorch, checkpoints of the zoo, hostile files', async part => {
    const { code, printed } = await runTests(models);
    for (const line of printed.split('\n')) {
      if (/largest difference|AP on|SKIPPED|passed/.test(line)) part.diagnostic(line.trim());
    }
    assert.equal(code, 0, printed);
  });

  for (const name of ['nanodet-m', 'gflv2-r50']) {
    await t.test(`gfl-serve model check holds of the ${name} they wrote`, part => {
      if (!existsSync(path.join(models, name))) return part.skip('its checkpoint is not here');
      const args = ['dist/cli.js', 'model', 'check', name, '--models-dir', models, '--format', 'json'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 300_000 });
      assert.equal(status, 0, stderr + stdout);
      const { findings } = JSON.parse(stdout) as { findings: { proof: string; verdict: string }[] };
      const held = findings.filter(({ verdict }) => verdict === 'holds').map(({ proof }) => proof);
      // The weights of gflv2-r50 are random: there are no objects to judge boxes and mirror images by.
      const expected = ['graph', 'scores', 'batch', ...(name === 'nanodet-m' ? ['boxes', 'mirror'] : [])];
      assert.deepEqual(
        expected.filter(proof => !held.includes(proof)),
        [],
      );
    });
  }
});

async function runTests(models: string): Promise<{ code: number | null; printed: string }> {
  const args = ['-m', 'pytest', 'models/export/tests', '-q', '-rs', '-p', 'no:cacheprovider'];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1', EXPORT_TEST_MODELS: models };
  const child = spawn(PYTHON, args, { env, timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      printed += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { code, printed };
}
