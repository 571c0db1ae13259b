import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
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

test('the exporters: graphs against PyTorch, checkpoints of the zoo, hostile files', { skip }, async t => {
  const args = ['-m', 'pytest', 'models/export/tests', '-q', '-rs', '-p', 'no:cacheprovider'];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' };
  const child = spawn(PYTHON, args, { env, timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (printed += text));
  const [code] = await new Promise<[number | null]>((resolve, reject) => {
    child.once('error', reject).once('close', exit => resolve([exit]));
  });
  for (const line of printed.split('\n')) {
    if (/largest difference|AP on|SKIPPED|passed/.test(line)) t.diagnostic(line.trim());
  }
  assert.equal(code, 0, printed);
});
