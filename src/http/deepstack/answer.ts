import type { DetectResult } from '../../detector/contract.ts';
import type { EngineModel } from '../../engine/protocol.ts';

export interface Prediction {
  label: string;
  /** 0..1 */
  confidence: number;
  /** Whole pixels of the upright picture. */
  x_min: number;
  y_min: number;
  x_max: number;
  y_max: number;
}

/** What DeepStack answers (server/response/response.go), and beside it what CodeProject.AI has and its clients show. */
export interface DeepstackAnswer {
  success: true;
  /** Highest confidence first: Frigate stops at the first below its own threshold. */
  predictions: Prediction[];
  /** Seconds. */
  duration: number;
  message: string;
  count: number;
  command: 'detect';
  moduleId: string;
  executionProvider: string;
  canUseGPU: boolean;
  /** Milliseconds, whole. */
  inferenceMs: number;
  processMs: number;
  analysisRoundTripMs: number;
}

export function toDeepstackAnswer(result: DetectResult, model: EngineModel, totalMs: number): DeepstackAnswer {
  const { image, tensor, inference, gfl, nms } = result.timings;
  const predictions = result.detections.map(({ label, score, box }) => ({
    label,
    confidence: Math.round(score * 1e5) / 1e5,
    x_min: Math.round(box.x1),
    y_min: Math.round(box.y1),
    x_max: Math.round(box.x2),
    y_max: Math.round(box.y2),
  }));
  const labels = [...new Set(predictions.map(({ label }) => label))];
  return {
    success: true,
    predictions,
    duration: Math.round(totalMs) / 1000,
    message: labels.length === 0 ? 'No objects found' : `Found ${labels.join(', ')}`,
    count: predictions.length,
    command: 'detect',
    moduleId: model.name,
    executionProvider: model.provider.toUpperCase(),
    canUseGPU: model.provider === 'cuda',
    inferenceMs: Math.round(inference),
    processMs: Math.round(image + tensor + inference + gfl + nms),
    analysisRoundTripMs: Math.round(totalMs),
  };
}
