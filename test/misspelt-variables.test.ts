import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VARIABLES } from '../src/config-table.ts';
import { misspeltVariables } from '../src/misspelt-variables.ts';

const MEANT: Record<string, string> = {
  API_KEY: 'API_KEYS',
  APIKEYS: 'API_KEYS',
  API_KEY_FILE: 'API_KEYS_FILE',
  MODELS: 'MODEL',
  MODEL_DIR: 'MODELS_DIR',
  ENGINE: 'ENGINES',
  FORMAT: 'FORMATS',
  MAX_PIXEL: 'MAX_PIXELS',
  MAX_PIXLES: 'MAX_PIXELS',
  MAX_IMAGE_PER_REQUEST: 'MAX_IMAGES_PER_REQUEST',
  LOGLEVEL: 'LOG_LEVEL',
  LOG_LEVELS: 'LOG_LEVEL',
  DRAIN_TIMEOUT: 'DRAIN_TIMEOUT_MS',
  DEADLINE_SECONDS: 'DEADLINE_MS',
  MAX_BODY_MB: 'MAX_BODY_BYTES',
  THREAD_PER_ENGINE: 'THREADS_PER_ENGINE',
  GFL_ENGINES: 'ENGINES',
  GFL_SERVE_PORT: 'PORT',
  'MAX-BATCH': 'MAX_BATCH',
  max_batch: 'MAX_BATCH',
};

test('each of these is taken for what was meant, and only where that is not set', () => {
  for (const [name, meant] of Object.entries(MEANT)) {
    assert.deepEqual(misspeltVariables({ [name]: '1' }), [{ name, meant }], name);
    assert.deepEqual(misspeltVariables({ [name]: '1', [meant]: '2' }), [], name);
    assert.deepEqual(misspeltVariables({ [name]: ' ' }), [], name);
  }
});

test('every variable with a letter less is found, but for the shortest, and none is a misspelling itself', () => {
  for (const { env } of Object.values(VARIABLES)) {
    assert.deepEqual(misspeltVariables({ [env]: '1' }), [], env);
    if (env.length < 8) continue;
    for (let at = 0; at < env.length; at++) {
      const name = env.slice(0, at) + env.slice(at + 1);
      const [found] = misspeltVariables({ [name]: '1' });
      assert.ok(found !== undefined, `${name} for ${env}`);
    }
  }
});

test('what else is set in a container, in Kubernetes, by a shell, CI or the runtime is left alone', () => {
  const ordinary = `
    PATH HOME HOSTNAME HOSTTYPE USER LOGNAME SHELL SHLVL PWD OLDPWD TERM LANG LC_ALL TZ EDITOR MAIL DISPLAY TMPDIR _ COLUMNS LINES PS1
    NODE_VERSION YARN_VERSION NODE_ENV NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS UV_THREADPOOL_SIZE NO_COLOR FORCE_COLOR DEBUG CI INIT_CWD
    npm_config_cache npm_package_name npm_lifecycle_event npm_config_loglevel npm_config_port
    KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBERNETES_SERVICE_PORT_HTTPS KUBERNETES_PORT KUBERNETES_PORT_443_TCP
    KUBERNETES_PORT_443_TCP_PROTO KUBERNETES_PORT_443_TCP_PORT KUBERNETES_PORT_443_TCP_ADDR
    GFL_SERVE_SERVICE_HOST GFL_SERVE_SERVICE_PORT GFL_SERVE_SERVICE_PORT_HTTP GFL_SERVE_PORT_8080_TCP GFL_SERVE_PORT_8080_TCP_PROTO
    GFL_SERVE_PORT_8080_TCP_PORT GFL_SERVE_PORT_8080_TCP_ADDR METRICS_SERVICE_HOST METRICS_SERVICE_PORT MODEL_SERVICE_HOST
    POD_NAME POD_IP POD_NAMESPACE NODE_NAME HOST_IP NAMESPACE
    CUDA_VERSION CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES NVIDIA_DRIVER_CAPABILITIES LD_LIBRARY_PATH LD_PRELOAD OMP_NUM_THREADS
    ORT_DISABLE_TELEMETRY MALLOC_ARENA_MAX MALLOC_MMAP_THRESHOLD_ MALLOC_TRIM_THRESHOLD_
    HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy OPENAI_API_KEY AWS_REGION AWS_ACCESS_KEY_ID GOOGLE_APPLICATION_CREDENTIALS
    INVOCATION_ID JOURNAL_STREAM NOTIFY_SOCKET LISTEN_FDS SYSTEMD_EXEC_PID MEMORY_PRESSURE_WATCH CACHE_DIRECTORY STATE_DIRECTORY LOGS_DIRECTORY
    GITHUB_ACTIONS GITLAB_CI RUNNER_OS DATABASE_URL REDIS_URL LOG_FORMAT LOG_FILE MODEL_PATH MODEL_NAME PORTS HOSTS BIND WORKERS THREADS
    GUNICORN_CMD_ARGS WEB_CONCURRENCY TIMEOUT MAX_WORKERS BATCH_SIZE SAMPLES PYTHON WEIGHTS IMAGES
  `;
  const env = Object.fromEntries(
    ordinary
      .trim()
      .split(/\s+/)
      .map(name => [name, '1']),
  );
  assert.ok(Object.keys(env).length > 100);
  assert.deepEqual(misspeltVariables(env), []);
  // A Service named gfl-serve, and one named model.
  const services = { GFL_SERVE_PORT: 'tcp://10.0.0.1:8080', MODELS_PORT: 'tcp://10.0.0.2:80' };
  assert.deepEqual(misspeltVariables(services), []);
});
