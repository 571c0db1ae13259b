import { connect, type Socket } from 'node:net';

/** What clients do that mean harm or are broken. */
export const HABITS = ['idle', 'slow-head', 'slow-body', 'unread', 'early-reset', 'leaves'] as const;
export type Habit = (typeof HABITS)[number];

/** Connections at once of the first four, connections a second of the last two. */
export type CrowdSize = Record<Habit, number>;

export interface CrowdReport {
  /** Connections that the server ended, by habit. */
  cut: Record<Habit, number>;
  /** The longest that a connection lived, milliseconds: cut, or still open when the crowd was stopped. */
  longestMs: Record<Habit, number>;
  /** Those that were told so by a 408. */
  told: Record<Habit, number>;
}

const DRIP_MS = 200;
const UNREAD = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n';
/** Megabytes: more than the buffers of both sockets hold. */
const UNREAD_REQUESTS = 12;

/**
 * So many bad clients, each of whom comes back as soon as it was cut.
 *
 * @param picture what the last two send
 * @param spreadMs within which they come at first
 */
export function hostileCrowd(port: number, size: CrowdSize, picture: Buffer, spreadMs: number) {
  const none = () => Object.fromEntries(HABITS.map(habit => [habit, 0])) as Record<Habit, number>;
  const report: CrowdReport = { cut: none(), longestMs: none(), told: none() };
  const sockets = new Set<Socket>();
  /** Those that stay until they are cut, since they are connected. */
  const staying = new Map<Socket, { habit: Habit; openedAt: number }>();
  const timers = new Set<NodeJS.Timeout>();
  let running = true;

  const head = `POST /detect HTTP/1.1\r\nHost: x\r\nContent-Length: ${picture.length}\r\n`;

  function open(habit: Habit): Socket {
    const socket = connect(port, '127.0.0.1');
    const openedAt = performance.now();
    let received = '';
    sockets.add(socket);
    socket.on('connect', () => {
      if (!isBrief(habit)) staying.set(socket, { habit, openedAt });
    });
    socket.on('error', () => {}); // a reset is one way to be cut
    if (habit !== 'unread') {
      socket.on('data', chunk => {
        if (received.length < 100) received += chunk.toString('latin1');
      });
    }
    socket.on('close', () => {
      sockets.delete(socket);
      if (!staying.delete(socket) || !running) return;
      report.cut[habit] += 1;
      countAge(habit, openedAt);
      if (received.startsWith('HTTP/1.1 408')) report.told[habit] += 1;
      later(() => stay(habit), Math.random() * 200);
    });
    return socket;
  }

  function countAge(habit: Habit, openedAt: number): void {
    report.longestMs[habit] = Math.max(report.longestMs[habit], performance.now() - openedAt);
  }

  /** Connects and stays until it is cut. */
  function stay(habit: Habit): void {
    const socket = open(habit);
    if (habit === 'slow-head') {
      socket.write('POST /detect HTTP/1.1\r\nHost: x\r\nX-Slow: ');
      drip(socket);
    } else if (habit === 'slow-body') {
      socket.write(`${head}\r\n`);
      drip(socket);
    } else if (habit === 'unread') {
      socket.pause();
      socket.write(UNREAD.repeat(UNREAD_REQUESTS));
      // Paused, it would never see that it was cut: the kernel only says so to who reads or writes.
      every(DRIP_MS, socket, () => socket.write('\r\n'));
    }
  }

  /** Sends a picture, or half of one, and goes. */
  function pass(habit: Habit): void {
    const socket = open(habit);
    const sent = habit === 'leaves' ? picture : picture.subarray(0, picture.length / 2);
    socket.write(`${head}\r\n`);
    socket.write(sent, () => later(() => (habit === 'leaves' ? socket.destroy() : socket.resetAndDestroy()), 5));
  }

  function drip(socket: Socket): void {
    every(DRIP_MS, socket, () => socket.write('x'));
  }

  function every(ms: number, socket: Socket, act: () => void): void {
    const timer = setInterval(act, ms);
    timers.add(timer);
    socket.on('close', () => {
      clearInterval(timer);
      timers.delete(timer);
    });
  }

  function later(act: () => void, ms: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  }

  for (const habit of HABITS) {
    if (isBrief(habit)) {
      if (size[habit] > 0) timers.add(setInterval(() => pass(habit), 1000 / size[habit]));
    } else for (let i = 0; i < size[habit]; i++) later(() => stay(habit), Math.random() * spreadMs);
  }

  return {
    report,
    stop(): CrowdReport {
      running = false;
      // One that was never cut would not be seen otherwise.
      for (const { habit, openedAt } of staying.values()) countAge(habit, openedAt);
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      return report;
    },
  };
}

function isBrief(habit: Habit): boolean {
  return habit === 'early-reset' || habit === 'leaves';
}
