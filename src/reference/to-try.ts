/** What of the description of the service (OpenAPI 3.1) is changed before it is shown. */
export interface Description {
  servers: { url: string }[];
  paths: Record<string, { post?: Operation }>;
}

interface Operation {
  parameters: Parameter[];
  requestBody: { content: { 'multipart/form-data': Form; 'application/json'?: { example?: unknown } } };
}

interface Parameter {
  description: string;
  schema: { default?: unknown };
  example?: unknown;
  examples?: unknown;
}

interface Form {
  schema: { properties: { image: { items?: { format?: string } } } };
}

/** A PNG in base64. */
const ONE_PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/**
 * Changes the description so that "Try it out" works: options stand once, in the query, not in the form as well (twice is 400),
 * and have no default or example, which the UI would send although nobody wrote them; the example of JSON is one that can be
 * sent; only `format: binary` makes buttons for a list of files.
 *
 * @param root where `/` is: the server is where this came from, a proxy's path included.
 */
export function toTry(description: Description, root: URL): Description {
  description.servers = [{ url: root.pathname.replace(/.$/, '') || '/' }];
  for (const { post } of Object.values(description.paths)) {
    if (post === undefined) continue;
    for (const parameter of post.parameters) {
      const { schema, example } = parameter;
      if (schema.default !== undefined) parameter.description += ` Default: ${schema.default}.`;
      if (example !== undefined) parameter.description += ` Such as \`${example}\`.`;
      delete schema.default;
      delete parameter.example;
      delete parameter.examples;
    }
    const { 'multipart/form-data': form, 'application/json': json } = post.requestBody.content;
    const { image } = form.schema.properties;
    if (image.items !== undefined) image.items.format = 'binary';
    form.schema.properties = { image };
    if (json !== undefined) json.example = { image: ONE_PIXEL, score_threshold: 0.5 };
  }
  return description;
}
