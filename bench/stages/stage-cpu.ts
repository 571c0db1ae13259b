/** Milliseconds of CPU a picture, of all threads: means, which add up. */
export interface StageCpu {
  image: number;
  tensor: number;
  inference: number;
  gfl: number;
  nms: number;
}

export const CPU_STAGES = ['image', 'tensor', 'inference', 'gfl', 'nms'] as const satisfies (keyof StageCpu)[];

export function totalCpu(cpu: StageCpu): number {
  return CPU_STAGES.reduce((sum, stage) => sum + cpu[stage], 0);
}
