import type { CocoCategory } from './coco-dataset.ts';
import { EvaluationError } from './evaluation-error.ts';

/** Which category of the annotations each of the model's classes is. */
export interface ClassMatch {
  /** Class label -> category id, of the classes that are evaluated. */
  categoryOf: ReadonlyMap<string, number>;
  /** Labels that no category has: the model is not asked for them. */
  labelsLeftOut: string[];
  /** Categories that no label has: they are not evaluated. */
  categoriesLeftOut: string[];
}

export type ClassMatching = 'name' | 'order';

const SHOWN = 5;

/**
 * By name: capitals, and `_` or `-` for a blank, make no difference. By order: the first label is the category with the
 * lowest id, and so on. Never by order unless asked: lists that are merely equally long would give a wrong AP without a word.
 *
 * Throws an `EvaluationError` when nothing matches, or when the lists cannot be matched by order.
 */
export function matchClasses(
  labels: readonly string[],
  categories: readonly CocoCategory[],
  matching: ClassMatching = 'name',
): ClassMatch {
  if (matching === 'order') {
    const inOrder = [...categories].sort((a, b) => a.id - b.id);
    if (inOrder.length !== labels.length) {
      throw new EvaluationError(
        `The model has ${labels.length} classes and the annotations have ${inOrder.length} categories: they cannot be matched by order.`,
      );
    }
    const categoryOf = new Map(labels.map((label, i) => [label, inOrder[i]!.id]));
    return { categoryOf, labelsLeftOut: [], categoriesLeftOut: [] };
  }

  const byName = new Map<string, CocoCategory>();
  for (const category of categories) {
    const other = byName.get(plain(category.name));
    if (other !== undefined) {
      throw new EvaluationError(
        `The annotations have two categories named "${other.name}" (ids ${other.id} and ${category.id}).`,
      );
    }
    byName.set(plain(category.name), category);
  }
  const categoryOf = new Map<string, number>();
  const left = new Set(categories);
  for (const label of labels) {
    const category = byName.get(plain(label));
    if (category === undefined || !left.delete(category)) continue;
    categoryOf.set(label, category.id);
  }
  if (categoryOf.size === 0) {
    const hint =
      labels.length === categories.length
        ? ` Both have ${labels.length}: if they are in the same order, say --classes-by order.`
        : ' Rename the categories to the labels (labels.txt of the model), or evaluate another model.';
    throw new EvaluationError(
      `The model and the annotations have no class name in common: the model knows ${quoted(labels)}; the annotations have ${quoted(categories.map(({ name }) => name))}.${hint}`,
    );
  }
  return {
    categoryOf,
    labelsLeftOut: labels.filter(label => !categoryOf.has(label)),
    categoriesLeftOut: [...left].map(({ name }) => name),
  };
}

/** "a", "b" and 3 more */
export function quoted(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map(name => `"${name}"`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
}
