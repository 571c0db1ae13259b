/** A child decodes hostile pictures, or runs a graph of anybody's: it gets no secret, and none of the switches meant for its parent. */
const WITHHELD = ['API_KEYS', 'API_KEYS_FILE', 'NODE_OPTIONS'];

/** The environment of a child process; ONNX Runtime sends telemetry unless told otherwise. */
export function childEnv(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  for (const name of WITHHELD) delete env[name];
  return env;
}
