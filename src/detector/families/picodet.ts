import type { OutputForm } from '../model/reform-graph.ts';
import { type Family, type Protocol, RGB_IMAGENET, SUPPRESSED } from './family.ts';
import { recogniseSuppressed } from './recognise-decoded.ts';
import { recogniseGrid } from './recognise-grid.ts';

const OUTSIDE = {
  candidates: { scoreThreshold: 0.025, perLevel: 1000, rule: 'all-classes' },
  nms: { iouThreshold: 0.6, space: 'input', maxDetections: 100 },
} satisfies Partial<Protocol>;

/**
 * The exports with a pair of outputs a level (post-processing off), and PaddleDetection's usual ones, which suppress inside. Source:
 * PaddlePaddle/PaddleDetection@666f597, ppdet/modeling/heads/pico_head.py, configs/picodet/_base_/picodet_v2.yml and picodet_320_reader.yml.
 */
export const picodet: Family = {
  about: 'PP-PicoDet of 2021 and 2022 (a pair of outputs a level, strides 8 to 64; or suppressed inside)',
  recognise(graph, probe, wishes) {
    if (isPaddle(graph.form)) return recogniseSuppressed(graph, probe) ?? { reasons: [] };
    return recogniseGrid(
      graph,
      probe,
      {
        strides: [8, 16, 32, 64],
        bins: [8],
        priorOffset: 0.5,
        distances: true,
        forms: ['pairs apart'],
        order: 'scores-first',
      },
      wishes,
    );
  },
  // PP-YOLOE's suppressed boxes come in the same rows.
  assumes: (_head, form) => (isPaddle(form) ? 'picodet' : undefined),
  protocol: head => ({
    input: {
      resize: { fit: 'stretch', interpolation: 'cubic', sampling: 'half-pixel', pad: [0, 0, 0] },
      ...RGB_IMAGENET,
    },
    size: { width: 416, height: 416 },
    multipleOf: 32,
    ...('outputs' in head ? OUTSIDE : SUPPRESSED),
  }),
};

function isPaddle(form: OutputForm | undefined): boolean {
  return form?.form === 'rows' && form.order === 'class-first';
}
