import { contradictions } from './contradictions.ts';
import { DetectionsManifestSchema, GridManifestSchema, type Manifest } from './manifest-schema.ts';
import { schemaErrors } from './schema-errors.ts';

/** One sentence for every wrong field, then for every two that contradict each other. Empty for a `Manifest`. */
export function manifestMistakes(value: unknown): string[] {
  const mistakes = schemaErrors(schemaFor(value), value);
  return mistakes.length > 0 ? mistakes : contradictions(value as Manifest);
}

/** The two forms differ in their head; each is checked against its own schema, so that sentences name the right fields. */
function schemaFor(value: unknown) {
  const head = (value as { head?: unknown } | null)?.head;
  const detections = typeof head === 'object' && head !== null && 'detections' in head;
  return detections ? DetectionsManifestSchema : GridManifestSchema;
}
