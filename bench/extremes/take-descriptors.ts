import { connect, type Socket } from 'node:net';

/** Connects again after it was cut so soon, milliseconds. */
const AGAIN_MS = 10;

/** So many connections that stay, and come back when they are cut: whatever descriptor a server has to spare is theirs. */
export function takeDescriptors(url: string, connections: number) {
  const port = Number(new URL(url).port);
  const open = new Set<Socket>();
  let running = true;

  function take(): void {
    if (!running) return;
    const socket = connect(port, '127.0.0.1');
    open.add(socket);
    socket.on('error', () => {}); // a reset is one way to be cut
    socket.on('close', () => {
      open.delete(socket);
      setTimeout(take, AGAIN_MS);
    });
  }

  for (let one = 0; one < connections; one++) take();
  return {
    stop(): void {
      running = false;
      for (const socket of open) socket.destroy();
    },
  };
}
