import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { childrenOf } from '../../bench/measure/process-tree.ts';

export interface OpenSocket {
  protocol: string;
  local: string;
  /** Address and port in the kernel's hexadecimal; all zeros for one that listens. */
  remote: string;
}

const TABLES = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'];
const NOBODY = /^0+:0000$/;

/** A process and all below it. */
export function processTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

/** Every socket of these processes that is of a network, from the kernel's tables. */
export function openSockets(pids: readonly number[]): OpenSocket[] {
  const inodes = new Set(pids.flatMap(socketInodes));
  return TABLES.flatMap(protocol => {
    const [, ...lines] = read(`/proc/net/${protocol}`).trim().split('\n');
    return lines
      .map(line => line.trim().split(/\s+/))
      .filter(fields => inodes.has(fields[9] ?? ''))
      .map(([, local = '', remote = '']) => ({ protocol, local, remote }));
  });
}

/** Those that were opened towards somebody, and every one without connections: a name is looked up through such a one. */
export function outbound(sockets: readonly OpenSocket[]): OpenSocket[] {
  const portOf = (address: string) => address.slice(-4);
  const served = new Set(sockets.filter(({ remote }) => NOBODY.test(remote)).map(({ local }) => portOf(local)));
  return sockets.filter(({ protocol, local, remote }) => {
    if (!protocol.startsWith('tcp')) return true;
    return !NOBODY.test(remote) && !served.has(portOf(local));
  });
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // closed meanwhile
      }
    });
  } catch {
    return []; // the process has ended
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
