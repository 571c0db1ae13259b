import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { responsesUnderWay, wasAnsweredEarly } from '../../src/http/responses-under-way.ts';
import { type Chance, testRandomly } from '../support/random-history.ts';

/** Connections that come, send ahead and go in any order: what is known of them, and which are cut. */

const MOST_IN_ALL = 20;
const MOST_OF_ONE = 16;
const MOST_HEAD_BYTES = 32 * 1024;

interface Answer extends EventEmitter {
  req: { socket: Connection; complete: boolean; url: string; rawHeaders: string[] };
  destroyed: boolean;
  closings: number;
}

interface Connection extends EventEmitter {
  open: boolean;
  /** By the code that is tested. */
  cut: boolean;
  answers: Set<Answer>;
  headBytes: number;
  destroy(): void;
}

function stage(chance: Chance) {
  const server = new EventEmitter();
  const underWay = responsesUnderWay(server as never, MOST_IN_ALL);
  const connections: Connection[] = [];
  const answers: Answer[] = [];
  const living = () => connections.filter(({ open }) => open);
  const ahead = () => connections.reduce((sum, { answers: { size } }) => sum + Math.max(0, size - 1), 0);

  function connect(): void {
    const connection: Connection = Object.assign(new EventEmitter(), {
      open: true,
      cut: false,
      answers: new Set<Answer>(),
      headBytes: 0,
      destroy() {
        connection.cut = true;
      },
    });
    connections.push(connection);
    server.emit('connection', connection);
  }

  function ask(socket: Connection): void {
    const rawHeaders = ['x', 'y'.repeat(chance.pick([10, 100, 6000]))];
    const req = { socket, complete: chance.maybe(0.5), url: '/detect', rawHeaders };
    const answer: Answer = Object.assign(new EventEmitter(), {
      req,
      destroyed: false,
      closings: 0,
      destroy() {
        answer.destroyed = true;
      },
    });
    answer.on('close', () => {
      answer.closings += 1;
      if (!socket.answers.delete(answer)) return;
      socket.headBytes -= bytesOf(answer);
    });
    const wasCut = socket.cut;
    socket.answers.add(answer);
    socket.headBytes += bytesOf(answer);
    answers.push(answer);
    server.emit('request', req, answer);
    const { size } = socket.answers;
    chance.note(`${connections.indexOf(socket)} asks: ${size} under way on it, ${ahead()} ahead in all`);
    const tooMuch = size > MOST_OF_ONE || ahead() > MOST_IN_ALL || socket.headBytes > MOST_HEAD_BYTES;
    assert.equal(socket.cut, wasCut || (size > 1 && tooMuch), 'cut if, and only if, it is too much');
  }

  /** Its turn has come and it is sent, as a rule the oldest. */
  function send({ answers: due }: Connection): void {
    const answer = chance.maybe(0.8) ? [...due][0] : [...due].at(-1);
    answer?.emit('close');
    if (answer?.req.complete === false) assert.ok(wasAnsweredEarly(answer.req.socket as never));
  }

  function close(connection: Connection): void {
    connection.open = false;
    chance.note(`${connections.indexOf(connection)} closes`);
    const [first] = connection.answers;
    connection.emit('close');
    first?.emit('close'); // Node tells the one whose turn it is
  }

  return {
    step(): void {
      const kind = chance.between(0, 1);
      const one = living().length > 0 ? chance.pick(living()) : undefined;
      if (one === undefined || kind < 0.1) connect();
      else if (kind < 0.65) ask(one);
      else if (kind < 0.93) send(one);
      else close(one);
      for (const connection of living()) if (connection.cut && chance.maybe(0.7)) close(connection);
    },
    check(): void {
      assert.deepEqual([...underWay.keys()], living(), 'the connections that there are');
      for (const connection of living()) {
        assert.deepEqual([...underWay.get(connection as never)!], [...connection.answers], 'what is due on each');
      }
      for (const { req, closings } of answers) {
        if (!req.socket.open) assert.equal(closings, 1, 'each is told once that its connection has ended');
      }
    },
  };
}

function bytesOf({ req }: Answer): number {
  return req.url.length + req.rawHeaders.join('').length;
}

testRandomly('what is under way on connections is known, and too much of it cuts them', 200, async (chance, clock) => {
  const { step, check } = stage(chance);
  for (let steps = 0; steps < 80; steps++) {
    step();
    await clock.settle();
    await clock.settle();
    check();
  }
});
