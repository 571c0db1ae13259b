/** What of swagger-ui-dist is served, and under which name where that is another one. */
export const SWAGGER_UI: [name: string, as?: string][] = [
  ['swagger-ui-bundle.js'],
  ['swagger-ui-bundle.js.LICENSE.txt'],
  ['swagger-ui.css'],
  ['index.css'],
  ['LICENSE', 'LICENSE.txt'],
  ['NOTICE', 'NOTICE.txt'],
];

/** A PNG in base64. */
const ONE_PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/**
 * The description is beside the folder of the files, whatever path leads here. No validator: it would be asked elsewhere.
 *
 * What is shown differs from it, so that "Try it out" works: options stand once, in the query, not in the form as well (twice is
 * 400), and have no default or example, which the UI would send although nobody wrote them; the example of JSON is one that
 * can be sent; only `format: binary` makes buttons for a list of files. The server is where this came from, a proxy's path
 * included.
 */
export const START = `const own = document.currentScript.src;

function toTry(description) {
  description.servers = [{ url: new URL('../..', own).pathname.replace(/.$/, '') || '/' }];
  for (const { post } of Object.values(description.paths)) {
    if (!post) continue;
    for (const parameter of post.parameters) {
      const { schema, example } = parameter;
      if (schema.default !== undefined) parameter.description += ' Default: ' + schema.default + '.';
      if (example !== undefined) parameter.description += ' Such as \`' + example + '\`.';
      delete schema.default;
      delete parameter.example;
      delete parameter.examples;
    }
    const { 'multipart/form-data': form, 'application/json': json } = post.requestBody.content;
    const { image } = form.schema.properties;
    if (image.items) image.items.format = 'binary';
    form.schema.properties = { image };
    if (json) json.example = { image: '${ONE_PIXEL}', score_threshold: 0.5 };
  }
  return description;
}

const Tried = () => {
  const updateSpec = original => text => original(JSON.stringify(toTry(JSON.parse(text))));
  return { statePlugins: { spec: { wrapActions: { updateSpec } } } };
};

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const followDark = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followDark);
followDark();

window.addEventListener('load', () => {
  SwaggerUIBundle({
    dom_id: '#swagger-ui',
    url: new URL('../json', own).href,
    validatorUrl: null,
    deepLinking: true,
    plugins: [Tried],
  });
});
`;
