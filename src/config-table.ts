import { isApiKey, KEY_SHAPE } from './api-keys.ts';
import {
  bufferedBytes,
  CUDA_BATCH,
  connections,
  engines,
  MAX_BODY_BYTES,
  MEBI,
  MOST_THREADS,
  threadsPerEngine,
} from './config-sizes.ts';
import { choice, integer, isOrigin, list, text, type Variable } from './config-variables.ts';
import { defaultModelsDir } from './default-models-dir.ts';
import {
  DEFAULT_MAX_PIXELS,
  INPUT_SHAPES,
  OPTIONAL_FORMATS,
  type OptionalFormat,
  PROVIDERS,
} from './detector/contract.ts';
import { START_TIMEOUT_MS } from './engine/pool-types.ts';

const DAY_MS = 86_400_000;
const DEADLINE_MS = 10_000;

/** Every variable the service reads. docs/configuration.md is held to this table by a test. */
export const VARIABLES = {
  port: integer('PORT', 8080, [0, 65_535], 'TCP port to listen on; 0 takes any free one.'),
  host: text(
    'HOST',
    '127.0.0.1',
    /^[\w.:-]+$/,
    'an address or a host name',
    'Address to listen on; the container image sets 0.0.0.0, all of them.',
  ),
  metricsPort: integer(
    'METRICS_PORT',
    0,
    [0, 65_535],
    'TCP port of its own for `/metrics`, on `HOST`, without a key; `PORT` then has no `/metrics`. 0 leaves them on `PORT`.',
  ),
  models: list(
    'MODEL',
    ['nanodet-g'],
    (item): item is string => /^\w[\w.-]*$/.test(item),
    'folder names in MODELS_DIR, comma-separated, each once',
    'Models to load; the first one answers requests that name none.',
  ),
  modelsDir: text(
    'MODELS_DIR',
    { text: '`models`, or where there is none the one of the package', of: defaultModelsDir },
    /^[^\0]+$/,
    'a path',
    'Folder that holds one folder a model; relative to the working folder.',
  ),
  cacheDir: text(
    'CACHE_DIR',
    'auto',
    /^[^\0]+$/,
    'a path, `auto` or `none`',
    "Folder for optimised forms of the graphs, on the CPU: networks run faster by a tenth to a third, starts are quicker, and all engines share one copy of the weights. `auto` is `gfl-serve` in the user's cache folder, or where that cannot be written a private folder in the temporary one; `none` keeps nothing.",
  ),
  provider: choice(
    'PROVIDER',
    'auto',
    ['auto', ...PROVIDERS],
    'Where graphs run: `auto` takes CUDA when its libraries load and says which it took, `cuda` refuses to start without it.',
  ),
  inputShape: choice(
    'INPUT_SHAPE',
    'auto',
    ['auto', ...INPUT_SHAPES],
    "What letterboxed pictures become: `fixed` is the manifest's width and height, `rectangular` leaves most of the empty border out (fewer pixels, scores differ slightly), `auto` is rectangular on the CPU where the model allows it. Of models that keep a picture's ratio, with `auto` on CUDA, all pictures have the largest input there is, lying or standing.",
  ),
  engines: integer(
    'ENGINES',
    {
      text: 'usable CPUs / `THREADS_PER_ENGINE`, or fewer where memory has no room for them (220 MiB each in 0.7 of it, less 190 MiB); with `PROVIDER=cuda` at most 4',
      of: engines,
    },
    [1, 256],
    'Engine processes; each holds every model in memory and works on one batch at a time.',
  ),
  threadsPerEngine: integer(
    'THREADS_PER_ENGINE',
    {
      text: '1, or usable CPUs / `ENGINES` when that is given, or at most 4 where memory keeps engines below the CPUs',
      of: threadsPerEngine,
    },
    [1, 256],
    'Threads one inference uses: more engines with one thread answer more pictures a second, more threads answer a lone picture sooner.',
  ),
  threadsWhenAlone: integer(
    'THREADS_WHEN_ALONE',
    { text: `usable CPUs, at most ${MOST_THREADS}`, of: (_given, { cpus }) => Math.min(MOST_THREADS, cpus) },
    [1, 64],
    'Threads for a picture that comes while every engine is idle, on the CPU: it is answered sooner where threads help its model, which is measured as pictures come. The first engine keeps a second session for it; 1 saves that memory.',
  ),
  maxBatch: integer(
    'MAX_BATCH',
    { text: '1; with `PROVIDER=cuda` 8', of: ({ provider }) => (provider === 'cuda' ? CUDA_BATCH : 1) },
    [1, 64],
    'Most pictures in one inference: helps a GPU, costs memory and latency on a CPU.',
  ),
  queueCapacity: integer(
    'QUEUE_CAPACITY',
    { text: '32 x `ENGINES`', of: (given, machine) => 32 * engines(given, machine) },
    [1, 100_000],
    'Pictures that may wait for an engine; one more is refused with 429.',
  ),
  deadlineMs: integer(
    'DEADLINE_MS',
    DEADLINE_MS,
    [10, 600_000],
    'Longest time from the last byte of a request to its answer, waiting included; after it the answer is 504.',
  ),
  hangTimeoutMs: integer(
    'HANG_TIMEOUT_MS',
    {
      // By then nobody waits for it any more; and the largest pictures may well take seconds.
      text: '`DEADLINE_MS` + 1000, at least 5000',
      of: ({ deadlineMs = DEADLINE_MS }) => Math.min(600_000, Math.max(5000, deadlineMs + 1000)),
    },
    [100, 600_000],
    'An engine that says nothing for this long while it has a picture, or keeps one for twice as long without drawing it, is killed and replaced.',
  ),
  startTimeoutMs: integer(
    'START_TIMEOUT_MS',
    START_TIMEOUT_MS,
    [1000, 3_600_000],
    'An engine that takes longer than this for each of its models to start is killed; where it is the first, the service ends.',
  ),
  maxBodyBytes: integer(
    'MAX_BODY_BYTES',
    MAX_BODY_BYTES,
    [1024, 1024 * MEBI],
    'Largest request body; a larger one is refused with 413, by its declared length before it is read.',
  ),
  maxBufferedBytes: integer(
    'MAX_BUFFERED_BYTES',
    { text: '536870912, or a quarter of the memory where that is less; at least `MAX_BODY_BYTES`', of: bufferedBytes },
    [1024, 1024 * 1024 * MEBI],
    'Most bytes of request bodies, arriving or waiting, and of answers that are not taken yet in memory at once; a request that would pass it is refused with 429. Not less than `MAX_BODY_BYTES`.',
  ),
  maxPixels: integer(
    'MAX_PIXELS',
    DEFAULT_MAX_PIXELS,
    [1, 268_402_689],
    'Largest picture, width times height; a larger one is refused with 422 before it is decoded.',
  ),
  maxImagesPerRequest: integer('MAX_IMAGES_PER_REQUEST', 16, [1, 1024], 'Most pictures in one `POST /detect/batch`.'),
  formats: list<OptionalFormat>(
    'FORMATS',
    [],
    (item): item is OptionalFormat => OPTIONAL_FORMATS.some(format => format === item),
    `any of ${OPTIONAL_FORMATS.join(', ')}, comma-separated, each once`,
    'Picture formats accepted beside JPEG, PNG and WebP.',
  ),
  apiKeys: {
    ...list(
      'API_KEYS',
      [],
      (item): item is string => isApiKey(item),
      `keys of ${KEY_SHAPE}, comma-separated, each once`,
      'When given, every path but the probes (`/health/*`, `/v2/health/*`) and the pages at `/` and `/docs`, which ask for it, wants one of these keys as `Authorization: Bearer KEY` or `X-API-Key: KEY`; `/v1/vision/*` takes it in the form, too.',
    ),
    secret: true,
  },
  apiKeysFile: text(
    'API_KEYS_FILE',
    { text: 'none', of: () => '' },
    /^[^\0]+$/,
    'a path',
    'File with keys, one a line, which count like those of `API_KEYS`: for Docker and Kubernetes secrets, which then stand in no environment. It is read at the start; a file without a key is an error.',
  ),
  corsOrigins: list(
    'CORS_ORIGINS',
    [],
    (item): item is string => item === '*' || isOrigin(item),
    'origins such as https://app.example:8443, comma-separated, each once, or * for any',
    'Web pages of these origins may use the service from a browser (CORS); where there are `API_KEYS`, with one of them. The page at `/` needs none of it.',
  ),
  logLevel: choice(
    'LOG_LEVEL',
    'info',
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'Least serious log line that is written; probes, scrapes and the files of the page are logged at `debug`.',
  ),
  headersTimeoutMs: integer(
    'HEADERS_TIMEOUT_MS',
    10_000,
    [100, 600_000],
    'Longest time for the head of a request to arrive; after it the answer is 408.',
  ),
  bodyTimeoutMs: integer(
    'BODY_TIMEOUT_MS',
    30_000,
    [100, 600_000],
    'Longest time for the body of a request to arrive; after it the answer is 408.',
  ),
  maxConnections: integer(
    'MAX_CONNECTIONS',
    {
      text: '4096, or fewer where the limit of open files (`ulimit -n`) leaves room for fewer: 256 and 5 for each engine below it, at least 64',
      of: connections,
    },
    [1, 1_000_000],
    'Most open connections. One more takes the place of another of the address that has most: of its longest idle, else of the body that has been on its way for longest; it is closed itself where its own address has most and none idle.',
  ),
  keepAliveTimeoutMs: integer(
    'KEEP_ALIVE_TIMEOUT_MS',
    72_000,
    [1000, DAY_MS],
    'How long an idle connection stays open; longer than the load balancer in front keeps it, so that it is never closed under a request.',
  ),
  sendTimeoutMs: integer(
    'SEND_TIMEOUT_MS',
    30_000,
    [100, 600_000],
    'Longest time for an answer to be taken by the client; after it the connection is closed.',
  ),
  drainDelayMs: integer(
    'DRAIN_DELAY_MS',
    0,
    [0, 600_000],
    'How long new requests are still answered after SIGTERM, while `/health/ready` already says 503: as long as the load balancer takes to notice.',
  ),
  drainTimeoutMs: integer(
    'DRAIN_TIMEOUT_MS',
    15_000,
    [0, 600_000],
    'How long accepted requests may take to finish after SIGTERM (and `DRAIN_DELAY_MS`) or SIGINT.',
  ),
} satisfies Record<string, Variable<unknown> | Variable<number> | Variable<string>>;
