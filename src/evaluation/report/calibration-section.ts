import type { Calibration } from '../calibration.ts';
import { counted, fraction, tenth, whole } from './figures.ts';
import { html, type Markup } from './markup.ts';
import { line, plot, spread } from './plot.ts';

/** Is a score the IoU it says it is? */
export function calibrationSection({ bins, detections, ece, qfl, meanScore, meanIou }: Calibration): Markup {
  const filled = bins.filter(bin => bin.detections > 0);
  const points = filled.map(({ meanScore: score, meanIou: iou }) => [score!, iou!] as const);
  const unit = { domain: [0, 1] as const, ticks: spread(0, 1, 6), label: tenth };
  const most = 10 ** Math.ceil(Math.log10(Math.max(10, ...bins.map(bin => bin.detections))));
  const counts = Array.from({ length: Math.round(Math.log10(most)) + 1 }, (_, i) => 10 ** i);
  return html`<section>
<h2>Is a score what it says?</h2>
<div class="columns"><figure>
${plot(
  {
    width: 460,
    height: 330,
    x: { ...unit, title: 'joint score' },
    y: { ...unit, title: 'mean true IoU' },
    alt: `Mean true IoU of detections by their score: ${filled.map(bin => `${fraction(bin.meanScore)} has ${fraction(bin.meanIou)}`).join(', ')}.`,
  },
  frame => [
    line(
      frame,
      [
        [0, 0],
        [1, 1],
      ],
      'ideal',
    ),
    line(frame, points, 'a'),
    filled.map(
      bin =>
        html`<circle class="dot a" cx="${frame.x(bin.meanScore!)}" cy="${frame.y(bin.meanIou!)}" r="4"><title>score ${fraction(bin.from)} to ${fraction(bin.to)}: ${counted(bin.detections, 'detection')}, mean score ${fraction(bin.meanScore)}, mean IoU ${fraction(bin.meanIou)}</title></circle>`,
    ),
  ],
)}
${plot(
  {
    width: 460,
    height: 170,
    x: { ...unit, title: 'joint score' },
    y: { title: 'detections', domain: [0.8, most], ticks: counts, label: whole, log: true },
    alt: `Detections by score: ${bins.map(bin => bin.detections).join(', ')} in ten bins.`,
  },
  frame =>
    bins.map(bin => {
      const top = frame.y(Math.max(bin.detections, 0.8));
      return html`<rect class="bin" x="${frame.x(bin.from) + 1}" width="${frame.x(bin.to) - frame.x(bin.from) - 2}" y="${top}" height="${frame.bottom - top}"><title>${whole(bin.detections)}</title></rect><text class="tick" x="${frame.x((bin.from + bin.to) / 2)}" y="${top - 3}" text-anchor="middle">${bin.detections > 0 && whole(bin.detections)}</text>`;
    }),
)}
<figcaption><span class="key ideal">a score that is the IoU</span> <span class="key a">this model</span> Below: how many detections there are
(logarithmic).</figcaption>
</figure>
<div>
<p>The joint score of a GFL detector is the IoU it expects of its box: Quality Focal Loss trains it so. Each of ${whole(detections)} detections is
compared with the object of its class that it overlaps most; where there is none its IoU is 0.</p>
<p>Above the dashed line the model is too modest, below it too sure. On average it says ${fraction(meanScore)} and gets ${fraction(meanIou)}.</p>
<dl class="facts"><dt>Expected calibration error</dt><dd>${fraction(ece)}</dd><dt>Quality Focal Loss</dt><dd>${qfl.toFixed(4)}</dd></dl>
<p class="aside">The error is the distance to the dashed line, averaged over detections; most have low scores, so it speaks mostly of those.
The loss is 0 when every score is its IoU.</p>
</div></div>
</section>`;
}
