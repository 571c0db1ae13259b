import openapiTS, { astToString } from 'openapi-typescript';

/** The types of the contract, for src/client/openapi.gen.ts. */
export async function clientContract(yaml: string): Promise<string> {
  const head = '// Made of openapi.yaml by openapi-typescript; "npm run openapi" makes it again.\n\n';
  // A tag of JSDoc that TypeDoc and editors show as a word; the text alone is the description.
  return head + astToString(await openapiTS(yaml)).replaceAll('@description ', '');
}
