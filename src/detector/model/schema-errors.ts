import { type TSchema, Value } from '../../vendor/typebox.ts';

/** Every way `value` breaks `schema`, each a sentence that names the field and what it holds. Empty when it fits. */
export function schemaErrors(schema: TSchema, value: unknown): string[] {
  const sentences = new Set<string>();
  const closed = new Set<string>();
  const errors = Value.Errors(schema, value);
  for (const error of errors) {
    if (error.keyword === 'additionalProperties') {
      for (const name of error.params.additionalProperties) closed.add(`${error.instancePath}/${name}`);
    }
  }
  for (const path of closed) sentences.add(`${fieldName(path)} is not a field of the manifest`);
  // A choice reports each alternative's failure and then its own: name the alternatives once.
  const choices = new Set(errors.filter(error => error.keyword === 'anyOf').map(error => error.instancePath));
  for (const error of errors) {
    if (error.keyword === 'additionalProperties' || closed.has(error.instancePath)) continue;
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) {
        sentences.add(`${fieldName(`${error.instancePath}/${name}`)} is missing`);
      }
    } else if (error.keyword === 'anyOf') {
      const allowed = alternatives(schema, error.schemaPath).join(' or ');
      sentences.add(`${fieldName(error.instancePath)} must be ${allowed} but is ${shown(value, error.instancePath)}`);
    } else if (error.keyword === 'enum') {
      const allowed = error.params.allowedValues.map(name => JSON.stringify(name)).join(' or ');
      sentences.add(`${fieldName(error.instancePath)} must be ${allowed} but is ${shown(value, error.instancePath)}`);
    } else if (error.keyword === 'const' && !choices.has(error.instancePath)) {
      sentences.add(
        `${fieldName(error.instancePath)} must be ${JSON.stringify(error.params.allowedValue)} but is ${shown(value, error.instancePath)}`,
      );
    } else if (!choices.has(error.instancePath)) {
      sentences.add(`${fieldName(error.instancePath)} ${error.message} but is ${shown(value, error.instancePath)}`);
    }
  }
  return [...sentences];
}

/** What a union of the schema allows, for people: constants, and of other alternatives what they say of themselves. */
function alternatives(schema: TSchema, schemaPath: string): string[] {
  const union = Value.Pointer.Get(schema, schemaPath.replace(/^#/, '')) as { anyOf: Record<string, unknown>[] };
  return union.anyOf.map(one => (one.const === undefined ? String(one.description) : JSON.stringify(one.const)));
}

function fieldName(pointer: string): string {
  if (pointer === '') return 'The manifest';
  return pointer
    .slice(1)
    .split('/')
    .map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
}

function shown(value: unknown, pointer: string): string {
  const text = JSON.stringify(Value.Pointer.Get(value, pointer)) ?? 'absent';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
