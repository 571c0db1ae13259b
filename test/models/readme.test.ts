import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DetectionsManifestSchema, GridManifestSchema } from '../../src/detector/model/manifest-schema.ts';

/** models/README.md describes the manifest: no field and no choice more or less than its schema has. */

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema | Schema[];
  enum?: string[];
  anyOf?: Schema[];
  const?: string;
}

const page = readFileSync('models/README.md', 'utf8');
const rows = [...page.matchAll(/^\| (`[a-zA-Z][^|]*`) \| (.+) \|$/gm)]
  .map(([, fields = '', about = '']) => ({ fields: wordsOf(fields), about }))
  .filter(({ fields }) => !/^(model\.json|labels\.txt)$/.test(fields[0]!));

function wordsOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
}

/** Each field with the words it may be. */
function fieldsOf(schema: Schema, at: string): [field: string, words: string[]][] {
  const inner = Array.isArray(schema.items) ? undefined : schema.items;
  if (inner?.properties !== undefined) return fieldsOf(inner, at);
  if (schema.properties === undefined) {
    const constants = schema.anyOf?.map(one => one.const).filter(word => word !== undefined) ?? [];
    return [[at, schema.enum ?? constants]];
  }
  return Object.entries(schema.properties).flatMap(([name, field]) =>
    fieldsOf(field, at === '' ? name : `${at}.${name}`),
  );
}

const fields = new Map(
  [GridManifestSchema, DetectionsManifestSchema].flatMap(schema => fieldsOf(schema as Schema, '')),
);

test('every field of a manifest is there, and no other', () => {
  assert.deepEqual(rows.flatMap(row => row.fields).sort(), [...fields.keys()].sort());
});

for (const { fields: names, about } of rows) {
  const words = names.flatMap(name => fields.get(name) ?? []);
  if (words.length === 0) continue;
  test(`${names.join(', ')}: ${words.join(', ')}`, () => {
    for (const word of words) assert.ok(wordsOf(about).includes(word), word);
  });
}
