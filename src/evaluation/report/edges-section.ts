import type { EdgeCoverage, EdgeStatistics } from '../edge-coverage.ts';
import { type MatchedObject, SIDES } from '../matched-edges.ts';
import { SIZES } from '../object-size.ts';
import { counted, fraction, percent, pixels, whole } from './figures.ts';
import { html, type Markup } from './markup.ts';
import { type Frame, line, plot, spread } from './plot.ts';

/** What a Gaussian has within one and two sigma, and its mean |error| in sigmas. */
const ONE = 0.6827;
const TWO = 0.9545;
const MEAN = Math.sqrt(2 / Math.PI);
const ROW = 17;

/** Are the edges where the distributions say, and as surely? */
export function edgesSection(
  edges: EdgeCoverage,
  matched: readonly MatchedObject[],
  sigmas: readonly number[],
): Markup {
  return html`<section>
<h2>Are edges where they say?</h2>
<p>Every edge comes with a distribution, and so with a sigma. Here the edges of ${counted(edges.objects, 'found object')} (IoU from
${edges.matchIou}, score from ${edges.matchScore}) are held against the true ones. Were the distributions Gaussian and right, 68&nbsp;% of the true edges would lie within one
sigma and 95&nbsp;% within two. More means sigma is too large, the model too modest; less means it is too sure.</p>
<div class="columns"><figure>${coverageRows(edges)}
<figcaption><span class="key dot1">within one sigma</span> <span class="key dot2">within two</span> <span class="key ideal">Gaussian, 68&nbsp;% and 95&nbsp;%</span></figcaption></figure>
<div>
<table class="figures"><thead><tr><th></th><th>edges</th><th>|error|</th><th>sigma</th><th>|error| / sigma</th><th>DFL</th></tr></thead><tbody>
${figuresRow('every edge', edges)}
${SIDES.map(side => figuresRow(side, edges[side]))}
${SIZES.map(size => edges.bySize[size] && figuresRow(`${size} objects`, edges.bySize[size]))}
</tbody></table>
<p class="aside">Means; a Gaussian has .798 in the fourth column. DFL is the Distribution Focal Loss in nats; as a true edge seldom lies exactly on a
bin, even a perfect distribution has about .5. ${percent(edges.beyondBins)} of the true edges lie where no bin reaches.</p>
</div></div>
<div class="columns three"><figure>${errorHistogram(matched)}
<figcaption><span class="key bin">errors in sigmas</span> <span class="key ideal">standard normal</span> Positive: the true edge lies further right or down.</figcaption></figure>
<figure>${errorBySigma(edges)}
<figcaption><span class="key a">mean |error|</span> <span class="key ideal">.8 sigma</span> Does a larger sigma mean a larger error?</figcaption></figure>
<figure>${sigmaHistogram(sigmas)}
<figcaption>Sigma of ${counted(sigmas.length, 'edge')} of all detections with a score from ${edges.matchScore}.</figcaption></figure></div>
</section>`;
}

function coverageRows(edges: EdgeCoverage): Markup {
  const groups = [
    {
      name: 'all objects',
      every: edges as EdgeStatistics,
      of: (side: (typeof SIDES)[number]): EdgeStatistics | null => edges[side],
    },
    ...SIZES.map(size => ({
      name: size,
      every: edges.bySize[size],
      of: (side: (typeof SIDES)[number]) => edges[side][size],
    })),
  ];
  const rows = groups.flatMap(({ name, every, of }) =>
    every === null
      ? []
      : [{ name, heading: true, part: every }, ...SIDES.map(side => ({ name: side, heading: false, part: of(side)! }))],
  );
  const [left, right, top] = [104, 436, 8];
  const bottom = top + rows.length * ROW;
  const lowest = Math.min(ONE, ...rows.map(({ part }) => part.within1Sigma));
  const from = Math.max(0, Math.floor(lowest * 5 - 0.5) / 5);
  const x = (value: number) => left + ((value - from) / (1 - from)) * (right - left);
  const alt = `Part of the true edges within one and two sigma. ${rows.map(({ name, part }) => `${name}: ${percent(part.within1Sigma)} and ${percent(part.within2Sigma)}`).join('; ')}.`;
  return html`<svg viewBox="0 0 460 ${bottom + 34}" role="img" aria-label="${alt}" class="plot">
${spread(from, 1, Math.round((1 - from) * 5) * (from > 0.3 ? 2 : 1) + 1).map(tick => html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${bottom}"/><text class="tick" x="${x(tick)}" y="${bottom + 14}" text-anchor="middle">${percent(tick)}</text>`)}
${[ONE, TWO].map(mark => html`<line class="line ideal" x1="${x(mark)}" x2="${x(mark)}" y1="${top}" y2="${bottom}"/>`)}
${rows.map(({ name, heading, part }, i) => {
  const y = top + (i + 0.5) * ROW;
  return html`<g><title>${name}, ${counted(part.edges, 'edge')}: ${percent(part.within1Sigma)} within one sigma, ${percent(part.within2Sigma)} within two</title>
<text class="${heading ? 'axis strong' : 'axis'}" x="${left - 10}" y="${y + 4}" text-anchor="end">${name}</text>
<line class="span" x1="${x(part.within1Sigma)}" x2="${x(part.within2Sigma)}" y1="${y}" y2="${y}"/>
<circle class="dot1" cx="${x(part.within1Sigma)}" cy="${y}" r="4.5"/><circle class="dot2" cx="${x(part.within2Sigma)}" cy="${y}" r="4"/></g>`;
})}
<text class="axis" x="${(left + right) / 2}" y="${bottom + 31}" text-anchor="middle">part of the true edges</text>
</svg>`;
}

function figuresRow(name: string, part: EdgeStatistics): Markup {
  return html`<tr><th>${name}</th><td>${whole(part.edges)}</td><td>${pixels(part.meanError)}</td><td>${pixels(part.meanSigma)}</td><td>${fraction(part.meanErrorInSigmas)}</td><td>${fraction(part.dfl)}</td></tr>`;
}

function errorHistogram(matched: readonly MatchedObject[]): Markup {
  const [reach, step] = [4, 0.25];
  const ratios = matched.flatMap(object =>
    SIDES.map(side => object[side].error / Math.max(object[side].sigma, Number.EPSILON)),
  );
  const starts = spread(-reach, reach - step, (2 * reach) / step);
  const density = starts.map(from => ratios.filter(z => z >= from && z < from + step).length / ratios.length / step);
  const normal = spread(-reach, reach, 81).map(z => [z, Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)] as const);
  const beyond = ratios.filter(z => Math.abs(z) > reach).length;
  const highest = Math.max(0.45, ...density) * 1.05;
  return plot(
    {
      width: 370,
      height: 250,
      x: {
        title: `error / sigma${beyond > 0 ? ` (${whole(beyond)} beyond)` : ''}`,
        domain: [-reach, reach],
        ticks: spread(-reach, reach, 9),
      },
      y: {
        title: 'density',
        domain: [0, highest],
        ticks: spread(0, Math.floor(highest * 5) / 5, Math.floor(highest * 5) + 1),
        label: value => fraction(value).slice(0, 2),
      },
      alt: 'Histogram of edge errors in sigmas against the standard normal density.',
    },
    frame => [starts.map((from, i) => bar(frame, from, from + step, density[i]!)), line(frame, normal, 'ideal')],
  );
}

function errorBySigma({ bySigma }: EdgeCoverage): Markup {
  const from = Math.min(...bySigma.map(bin => Math.min(bin.from, bin.meanError)));
  const to = Math.max(...bySigma.map(bin => Math.max(bin.to, bin.meanError)));
  const [first, last] = [Math.floor(Math.log2(Math.max(from, 2 ** -6))), Math.ceil(Math.log2(to))];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => 2 ** (first + i));
  const domain = [2 ** first, 2 ** last] as const;
  const shown = bySigma.filter(bin => bin.meanSigma >= domain[0] && bin.meanError >= domain[0]);
  const axis = (title: string) => ({ title, domain, ticks, log: true, label: octave });
  return plot(
    {
      width: 370,
      height: 250,
      x: axis('sigma, px'),
      y: axis('mean |error|, px'),
      alt: `Mean error by sigma: ${shown.map(bin => `${pixels(bin.meanSigma)} has ${pixels(bin.meanError)}`).join(', ')}.`,
    },
    frame => [
      line(
        frame,
        [
          [domain[0] / MEAN, domain[0]],
          [domain[1], MEAN * domain[1]],
        ],
        'ideal',
      ),
      line(
        frame,
        shown.map(bin => [bin.meanSigma, bin.meanError]),
        'a',
      ),
      shown.map(
        bin =>
          html`<circle class="dot a" cx="${frame.x(bin.meanSigma)}" cy="${frame.y(bin.meanError)}" r="4"><title>${counted(bin.edges, 'edge')}: mean sigma ${pixels(bin.meanSigma)}, mean |error| ${pixels(bin.meanError)}</title></circle>`,
      ),
    ],
  );
}

function sigmaHistogram(sigmas: readonly number[]): Markup {
  const octaves = sigmas.filter(sigma => sigma > 0).map(sigma => Math.floor(Math.log2(sigma) * 2));
  const [first, last] = octaves.reduce(
    ([low, high], octave) => [Math.min(low, octave), Math.max(high, octave)],
    [8, 8],
  );
  const counts = Array.from({ length: last - first + 1 }, () => 0);
  for (const octave of octaves) counts[octave - first]! += 1;
  const domain = [2 ** (first / 2), 2 ** ((last + 1) / 2)] as const;
  const whole2 = Array.from({ length: last - first + 2 }, (_, i) => first + i)
    .filter(half => half % 2 === 0)
    .map(half => 2 ** (half / 2));
  const parts = counts.map(count => count / Math.max(1, octaves.length));
  const highest = Math.ceil(Math.max(...parts) * 10) / 10;
  return plot(
    {
      width: 370,
      height: 250,
      x: { title: 'sigma, px', domain, ticks: whole2, log: true, label: octave },
      y: { title: 'part of the edges', domain: [0, highest], ticks: spread(0, highest, 3), label: percent },
      alt: `Histogram of sigma, from ${pixels(domain[0])} to ${pixels(domain[1])}.`,
    },
    frame => parts.map((part, i) => bar(frame, 2 ** ((first + i) / 2), 2 ** ((first + i + 1) / 2), part)),
  );
}

function bar(frame: Frame, from: number, to: number, value: number): Markup {
  const [x, top] = [frame.x(from), frame.y(value)];
  return html`<rect class="bin" x="${x + 0.5}" width="${frame.x(to) - x - 1}" y="${top}" height="${frame.bottom - top}"/>`;
}

function octave(value: number): string {
  return value >= 1 ? String(value) : `1/${1 / value}`;
}
