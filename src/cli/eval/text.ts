import { SIDES } from '../../evaluation/matched-edges.ts';
import { SIZES } from '../../evaluation/object-size.ts';
import type { EvalSummary } from './summary.ts';

/** The summary as a person reads it. */
export function evalText(summary: EvalSummary): string {
  const { model, pictures, objects, detections, scoreThreshold, maxDetections, calibration, edges, notes } = summary;
  const lines = [
    `${model.name} ${model.version} on ${model.provider}: ${pictures} pictures, ${objects} objects, ${detections} detections (score from ${scoreThreshold}, at most ${maxDetections} a picture)`,
    '',
    table([
      ['', 'all', 'IoU .50', 'IoU .75', 'small', 'medium', 'large'],
      [
        'AP',
        ...[summary.ap, summary.ap50, summary.ap75, summary.apSmall, summary.apMedium, summary.apLarge].map(figure),
      ],
      ['AR', figure(summary.ar100), '', '', figure(summary.arSmall), figure(summary.arMedium), figure(summary.arLarge)],
    ]),
    `AR of the best 1 and 10 detections a picture: ${figure(summary.ar1)}, ${figure(summary.ar10)}`,
  ];
  if (calibration !== undefined) {
    lines.push(
      '',
      `Scores: mean ${figure(calibration.meanScore)}, mean true IoU ${figure(calibration.meanIou)}; expected calibration error ${figure(calibration.ece)}, QFL ${figure(calibration.qfl)}`,
    );
  }
  if (edges !== undefined) {
    lines.push(
      '',
      `Edges of ${edges.objects} found objects (IoU from ${edges.matchIou}, score from ${edges.matchScore}), DFL ${figure(edges.dfl)}; part within 1 and 2 sigma (a Gaussian has .683 and .954):`,
      table([
        ['', 'all', ...SIZES],
        ['every edge', coverage(edges), ...SIZES.map(size => coverage(edges.bySize[size]))],
        ...SIDES.map(side => [side, coverage(edges[side]), ...SIZES.map(size => coverage(edges[side][size]))]),
      ]),
      `|error| / sigma ${figure(edges.meanErrorInSigmas)}, |error| ${edges.meanError.toFixed(1)} px, sigma ${edges.meanSigma.toFixed(1)} px`,
    );
  }
  if (notes.length > 0) lines.push('', ...notes.map(note => `Note: ${note}`));
  return lines.join('\n');
}

function coverage(part: { within1Sigma: number; within2Sigma: number } | null): string {
  return part === null ? '-' : `${figure(part.within1Sigma)} ${figure(part.within2Sigma)}`;
}

function figure(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return rows.map(row => row.map(cell).join('  ').trimEnd()).join('\n');
}
