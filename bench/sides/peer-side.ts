import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childrenOf } from '../measure/process-tree.ts';
import { type RunningServer, startServer } from '../start-server.ts';
import type { ServerSide } from './side.ts';

export interface Peer {
  python: string;
  /** Names and versions of what it is made of. */
  versions: string;
}

const MODULES = {
  fastapi: true,
  uvicorn: true,
  cv2: true,
  numpy: true,
  onnxruntime: true,
  orjson: false,
  uvloop: false,
};

const LIST_VERSIONS = `
import importlib, sys
found = ["Python " + sys.version.split()[0]]
for name, needed in ${JSON.stringify(Object.entries(MODULES)).replaceAll('true', 'True').replaceAll('false', 'False')}:
    try:
        module = importlib.import_module(name)
        found.append(name + " " + getattr(module, "__version__", "?"))
    except ImportError:
        if needed:
            raise SystemExit("it has no " + name)
        found.append("no " + name)
print(", ".join(found))
`;

/** Looks for Python and the peer's packages; the sentence says why not. */
export async function findPeer(python: string): Promise<Peer | string> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', LIST_VERSIONS]);
    return { python, versions: stdout.trim() };
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string };
    const reason = code === 'ENOENT' ? 'it is not there' : (stderr.trim().split('\n').at(-1) ?? String(error));
    return `Peer skipped: ${python} cannot run it (${reason}). Install bench/peers/fastapi/requirements.txt and give --python.`;
  }
}

/** bench/peers/fastapi, one process an engine, each on a port of its own. */
export async function peerSide(
  name: string,
  peer: Peer,
  manifestPath: string,
  processes: number,
  provider: string,
): Promise<ServerSide> {
  const started: RunningServer[] = [];
  const stop = async () => {
    await Promise.all(started.map(server => server.stop()));
  };
  try {
    for (let number = 0; number < processes; number++) started.push(await startPeer(peer, manifestPath, provider, 1));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name,
    urls: started.map(({ url }) => url),
    startToReadyMs: started[0]!.startToReadyMs,
    isService: false,
    processes: () => started.map(server => ({ role: 'workers', pid: server.process.pid! })),
    stop,
  };
}

/** The same processes as uvicorn's workers: one port, and a connection goes to whichever wakes first. */
export async function peerOnOnePort(
  name: string,
  peer: Peer,
  manifestPath: string,
  workers: number,
  provider: string,
): Promise<ServerSide> {
  const server = await startPeer(peer, manifestPath, provider, workers);
  const pid = server.process.pid!;
  return {
    name,
    urls: [server.url],
    startToReadyMs: server.startToReadyMs,
    isService: false,
    processes: () => [pid, ...childrenOf(pid)].map(one => ({ role: 'workers', pid: one })),
    loads: ['16'],
    async stop() {
      await server.stop();
    },
  };
}

function startPeer(peer: Peer, manifestPath: string, provider: string, workers: number): Promise<RunningServer> {
  return startServer({
    name: 'The FastAPI peer',
    command: peer.python,
    args: port => [
      'bench/peers/fastapi/app.py',
      ...['--manifest', manifestPath],
      ...['--port', String(port)],
      ...['--provider', provider],
      ...['--workers', String(workers)],
    ],
    env: () => ({ ...process.env, OMP_NUM_THREADS: '1' }),
  });
}
