import http from 'node:http';

/** One encoded picture as a request, made before any time is measured. */
export interface PictureRequest {
  file: string;
  /** The encoded picture. */
  picture: Buffer;
  path: string;
  headers: Record<string, string>;
  /** All that is sent: the picture, or a form around it. */
  body: Buffer;
}

export interface Answer {
  body: Buffer;
  serverTiming: string | undefined;
}

/** Kept-alive connections to one server. Node's own client: it shares the CPUs with what it measures, so it does little. */
export interface Connection {
  /** Rejects with a sentence for every status but 200. */
  post(request: PictureRequest): Promise<Answer>;
  get(path: string): Promise<Buffer>;
  close(): void;
}

/** @param sockets requests that can be under way at once; one more waits for a free socket */
export function openConnection(url: string, sockets = 1): Connection {
  const { hostname, port } = new URL(url);
  const agent = new http.Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets });

  function ask(method: string, path: string, headers: Record<string, string>, body?: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = http.request({ hostname, port, agent, method, path, headers }, response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = { body: Buffer.concat(chunks), serverTiming: response.headers['server-timing'] as string };
          if (response.statusCode === 200) resolve(answer);
          else reject(new Error(`${method} ${url}${path} was answered with ${response.statusCode}: ${answer.body}`));
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  return {
    post: ({ path, headers, body }) => ask('POST', path, headers, body),
    get: async path => (await ask('GET', path, {})).body,
    close: () => agent.destroy(),
  };
}
