/** What the tables call the sides. */
export const SIDES = {
  bare: 'bare session',
  bareRectangular: 'bare session, rectangular',
  service: 'service',
  serviceFixed: 'service, fixed input',
  peer: 'peer',
  peerInThreads: 'peer, in threads',
  peerOnOnePort: 'peer, --workers',
} as const;
