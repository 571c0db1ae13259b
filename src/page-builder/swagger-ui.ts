/** What of swagger-ui-dist is served, and under which name where that is another one. */
export const SWAGGER_UI: [name: string, as?: string][] = [
  ['swagger-ui-bundle.js'],
  ['swagger-ui-bundle.js.LICENSE.txt'],
  ['swagger-ui.css'],
  ['index.css'],
  ['LICENSE', 'LICENSE.txt'],
  ['NOTICE', 'NOTICE.txt'],
];
