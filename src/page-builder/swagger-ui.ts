/** What of swagger-ui-dist is served, and under which name where that is another one. */
export const SWAGGER_UI: [name: string, as?: string][] = [
  ['swagger-ui-bundle.js'],
  ['swagger-ui-bundle.js.LICENSE.txt'],
  ['swagger-ui-standalone-preset.js'],
  ['swagger-ui-standalone-preset.js.LICENSE.txt'],
  ['swagger-ui.css'],
  ['index.css'],
  ['favicon-16x16.png'],
  ['favicon-32x32.png'],
  ['LICENSE', 'LICENSE.txt'],
  ['NOTICE', 'NOTICE.txt'],
];

/** The description is beside the folder of the files, whatever path leads here. No validator: it would be asked elsewhere. */
export const START = `const own = document.currentScript.src;
window.addEventListener('load', () => {
  SwaggerUIBundle({
    dom_id: '#swagger-ui',
    url: new URL('../json', own).href,
    validatorUrl: null,
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
    layout: 'StandaloneLayout',
  });
});
`;
