/** What GET answers with 200 by itself; pictures are judged elsewhere. */
const ROUTES = ['/', '/docs', '/docs/', '/models', '/metrics', '/openapi.yaml', '/health/live', '/health/ready'];

/** A step upwards, in every spelling that some layer may read as one. */
const UPWARDS = /(^|[/\\])(\.|%(25)*2e){2}([/\\]|%(25)*(2f|5c)|$)|%(25)*(2f|5c)(\.|%(25)*2e){2}/i;

/** What is wrong with a success for this target: a path that leaves its folder may lead to a route, and to no file. */
export function pathFlaws(target: string): string[] {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0]!;
  if (!UPWARDS.test(path)) return [];
  return ROUTES.includes(resolved(path)) ? [] : [`200 for a path that leaves its folder: ${path}`];
}

function resolved(path: string): string {
  const spelled = path.replace(/%(25)*2e/gi, '.').replace(/%(25)*(2f|5c)/gi, '/');
  return new URL(spelled.replace(/^[/\\]*/, '/'), 'http://fuzz').pathname;
}
