import type { FastifyReply, FastifyRequest } from 'fastify';
import { serverTiming, stageTimes } from './answer.ts';
import type { DetectedPicture } from './detect-picture.ts';

/**
 * Notes for the log line what was found, and sets `Server-Timing`: the total, and for a single picture each stage.
 *
 * @returns milliseconds in all, from the head of the request
 */
export function noteDetected(
  { trace }: FastifyRequest,
  reply: FastifyReply,
  pictures: readonly DetectedPicture[],
): number {
  trace.images = pictures.length;
  trace.detections = pictures.reduce((sum, { result }) => sum + result.detections.length, 0);
  const [only] = pictures;
  if (only !== undefined && pictures.length === 1) trace.stages = stageTimes(only.result, only.queueMs);
  const totalMs = performance.now() - trace.startedAt;
  reply.header('Server-Timing', serverTiming(trace.stages ?? {}, totalMs));
  return totalMs;
}
