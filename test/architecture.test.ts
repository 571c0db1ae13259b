import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const SRC = 'src';

/**
 * What the files of a folder may import: folders of src (a folder allows what lies in it, not its subfolders) and packages.
 * The most specific folder counts. Everything may import `node:` modules but where a rule says otherwise.
 */
const RULES: Record<string, { folders: string[]; packages: string[]; node?: false }> = {
  '.': {
    folders: ['.', 'http', 'admission', 'engine', 'detector', 'cli', 'proc'],
    packages: ['fastify', 'pino', 'prom-client', 'close-with-grace', 'leven'],
  },
  http: {
    folders: ['.', 'http', 'http/*', 'admission', 'engine', 'detector', 'memory', 'vendor'],
    packages: [
      'fastify',
      '@fastify/busboy',
      '@fastify/cors',
      '@fastify/swagger',
      '@fastify/type-provider-typebox',
      'prom-client',
    ],
  },
  cli: { folders: ['.', 'cli', 'cli/*', 'detector', 'engine', 'evaluation', 'evaluation/report'], packages: [] },
  admission: { folders: ['.', 'admission'], packages: [] },
  engine: { folders: ['.', 'engine', 'detector', 'proc'], packages: [] },
  detector: { folders: ['detector', 'detector/*', 'memory'], packages: [] },
  'detector/model': {
    folders: ['detector', 'detector/model', 'detector/inference', 'detector/gfl', 'onnx', 'vendor'],
    packages: [],
  },
  'detector/families': {
    folders: ['detector', 'detector/families', 'detector/model', 'detector/gfl'],
    packages: [],
    node: false,
  },
  'detector/image': {
    folders: ['detector', 'detector/image', 'detector/model', 'memory'],
    packages: ['sharp', 'koffi'],
  },
  'detector/annotate': { folders: ['detector', 'detector/annotate', 'detector/image'], packages: ['sharp'] },
  'detector/inference': {
    folders: ['detector', 'detector/inference', 'onnx', 'onnx/rewrite', 'onnx/winograd', 'proc'],
    packages: ['onnxruntime-node'],
  },
  'detector/gfl': { folders: ['detector/gfl'], packages: [], node: false },
  'detector/nms': { folders: ['detector/nms'], packages: [], node: false },
  evaluation: { folders: ['evaluation', 'detector'], packages: [] },
  'evaluation/report': { folders: ['evaluation', 'evaluation/report'], packages: [], node: false },
  // The page runs in the browser: it has neither Node.js nor packages, and no word of the service but its HTTP contract.
  page: { folders: ['page', 'page/*'], packages: [], node: false },
  'page/api': { folders: ['page/api'], packages: [], node: false },
  'page/draw': { folders: ['page/draw', 'page/api', 'page/state'], packages: [], node: false },
  'page/state': { folders: ['page/state', 'page/api'], packages: [], node: false },
  reference: { folders: ['reference', 'page/api'], packages: [], node: false },
  // The client runs in the browser, too, and is one folder that needs nothing else: no package, no Node.js.
  client: { folders: ['client'], packages: [], node: false },
  'page-builder': { folders: ['page-builder'], packages: [] },
  onnx: { folders: ['onnx'], packages: ['@bufbuild/protobuf', '@bufbuild/protobuf/codegenv2'] },
  'model-builder': {
    folders: ['model-builder', 'model-builder/*', 'onnx', 'vendor'],
    packages: ['pacote', '@npmcli/config', '@npmcli/config/lib/definitions/index.js', 'tar'],
  },
  // Memory that is used again: for whoever asks, as what Linux says of processes is.
  memory: { folders: [], packages: [] },
  proc: { folders: [], packages: [] },
  // Packages that the build puts into one file each.
  vendor: { folders: [], packages: ['typebox', 'typebox/system', 'typebox/value'], node: false },
};

/** Packages that these files alone touch, so that the rest never learns their shapes. */
const SOLE_IMPORTERS: Record<string, readonly string[]> = {
  sharp: [
    'detector/image/decode.ts',
    'detector/image/thumbnail.ts',
    'detector/annotate/encode.ts',
    'detector/annotate/render-text.ts',
  ],
  koffi: ['detector/image/turbojpeg.ts', 'engine/libc.ts'],
  'onnxruntime-node': ['detector/inference/session.ts'],
};

/** Other folders of src reach these through their doors alone. */
const DOORS: Record<string, readonly string[]> = {
  detector: ['detector/contract.ts', 'detector/index.ts', 'detector/authoring.ts'],
};

/** These start processes that have engines detect, and load neither decoders nor ONNX Runtime: 30 MB and a fifth of a second. */
const LIGHT = [
  ...['main.ts', 'service.ts', 'cli/detect.ts', 'cli/eval.ts'],
  ...['cli/model/inspect.ts', 'cli/model/add.ts', 'cli/model/check.ts'],
];
const HEAVY = ['sharp', 'koffi', 'onnxruntime-node', '@bufbuild/protobuf'];

/** What makes and proves models costs memory that an engine and the service do without. */
const AUTHORS = ['cli', 'evaluation', 'detector'];

/** `src/errors.ts` is the words of failure; it and config and metrics are all that the folders below may take from the top. */
const TOP_FILES_FOR_FOLDERS = ['errors.ts', 'config.ts', 'default-models-dir.ts', 'model-folders.ts', 'metrics.ts'];

/** `gfl-serve serve` is the service: this file alone may import it. */
const STARTS_THE_SERVICE = 'cli/serve.ts';

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(SRC, file), 'utf8');
  const statements = /^(?:import|export)\b[^'";]*?from '([^']+)'|^import '([^']+)'|\bimport\(\s*'([^']+)'/gm;
  return [...text.matchAll(statements)].map(match => (match[1] ?? match[2] ?? match[3])!);
}

/** All that Node.js loads for `entry` before it runs it, packages and files, each with the chain of imports that leads to it. */
function loadedBy(entry: string): Map<string, string> {
  const loaded = new Map([[entry, entry]]);
  for (const [file, chain] of loaded) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(path.join(SRC, file), 'utf8');
    const statements = /^(?:import|export)\b(?! type\b)[^'";]*?from '([^']+)'|^import '([^']+)'/gm;
    for (const match of text.matchAll(statements)) {
      const specifier = (match[1] ?? match[2])!;
      const target = specifier.startsWith('.') ? path.join(path.dirname(file), specifier) : specifier;
      if (!loaded.has(target)) loaded.set(target, `${chain} > ${target}`);
    }
  }
  return loaded;
}

function ruleFor(folder: string) {
  for (let at = folder; ; at = path.dirname(at)) {
    const rule = RULES[at];
    if (rule !== undefined) return rule;
    if (at === '.') throw new Error(`src/${folder} has no rule: say what it may import`);
  }
}

function allows(allowed: readonly string[], folder: string): boolean {
  return allowed.some(entry => entry === folder || (entry.endsWith('/*') && folder.startsWith(entry.slice(0, -1))));
}

/** The sentence that says why `file` may not import `specifier`, if it may not. */
function objection(file: string, specifier: string): string | undefined {
  const folder = path.dirname(file);
  const rule = ruleFor(folder);
  if (specifier.startsWith('node:')) {
    return rule.node === false ? `${file} runs without Node.js and may not import ${specifier}` : undefined;
  }
  if (!specifier.startsWith('.')) {
    const sole = SOLE_IMPORTERS[specifier];
    if (sole !== undefined) {
      return sole.includes(file) ? undefined : `${file} imports ${specifier}, which only ${sole.join(', ')} may`;
    }
    return allows(rule.packages, specifier) ? undefined : `${file} may not import the package ${specifier}`;
  }
  const target = path.join(folder, specifier);
  const targetFolder = path.dirname(target);
  if (targetFolder === folder) return undefined;
  if (!allows(rule.folders, targetFolder))
    return `${file} may not import ${target}: src/${targetFolder} is not below it`;
  const part = target.split(path.sep)[0]!;
  const door = DOORS[part];
  if (door !== undefined && part !== file.split(path.sep)[0] && !door.includes(target)) {
    return `${file} reaches past ${door.join(' and ')} to ${target}`;
  }
  if (target === 'detector/authoring.ts' && !AUTHORS.includes(file.split(path.sep)[0]!)) {
    return `${file} may not import ${target}, which is for those who make models`;
  }
  if (file === STARTS_THE_SERVICE && target === 'main.ts') return undefined;
  if (targetFolder === '.' && !TOP_FILES_FOR_FOLDERS.includes(target))
    return `${file} may not import the top's ${target}`;
  return undefined;
}

test('imports go in one direction', () => {
  assert.ok(files.length > 20, 'the sources were not found');
  const objections = files.flatMap(file =>
    importsOf(file)
      .map(specifier => objection(file, specifier))
      .filter(sentence => sentence !== undefined),
  );
  assert.deepEqual(objections, []);
});

test('what has engines detect loads neither decoders nor ONNX Runtime', () => {
  for (const entry of LIGHT) {
    const loaded = loadedBy(entry);
    assert.ok(loaded.size > 3, `what ${entry} imports was not found`);
    const heavy = [...loaded].filter(([specifier]) => HEAVY.includes(specifier)).map(([, chain]) => chain);
    assert.deepEqual(heavy, []);
  }
  assert.ok(loadedBy('engine/engine-process.ts').has('sharp'), 'the walk does not get far enough to see it');
});

test('the check sees a wrong import', () => {
  assert.match(objection('detector/gfl/decode.ts', '../nms/suppress.ts')!, /not below it/);
  assert.match(objection('detector/detector.ts', '../errors.ts')!, /not below it/);
  assert.match(objection('detector/model/manifest.ts', 'sharp')!, /only detector\/image\/decode\.ts, .* may/);
  assert.match(objection('engine/pool.ts', 'fastify')!, /may not import the package/);
  assert.match(objection('engine/pool.ts', '../http/app.ts')!, /not below it/);
  assert.match(objection('http/app.ts', '../detector/options.ts')!, /reaches past/);
  assert.match(objection('engine/engine-process.ts', '../detector/authoring.ts')!, /who make models/);
  assert.match(objection('http/app.ts', '../main.ts')!, /may not import the top's/);
  assert.equal(objection('engine/pool.ts', '../detector/index.ts'), undefined);
});

test('files are small: median under 80 lines, none over 250', () => {
  const lengths = files
    .filter(file => !file.endsWith('_pb.ts') && !file.endsWith('.gen.ts'))
    .map(file => ({ file, lines: readFileSync(path.join(SRC, file), 'utf8').split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines);
  const median = lengths[Math.floor(lengths.length / 2)]!.lines;
  console.log(`median ${median} lines, longest ${lengths.at(-1)!.lines} (${lengths.at(-1)!.file})`);
  assert.ok(median < 80, `the median file has ${median} lines`);
  assert.deepEqual(
    lengths.filter(({ lines }) => lines > 250),
    [],
  );
});
