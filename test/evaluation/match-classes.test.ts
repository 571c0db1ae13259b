import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchClasses } from '../../src/evaluation/match-classes.ts';

const categories = (...names: string[]) => names.map((name, i) => ({ id: 10 * (i + 1), name }));

const matched: [string, string[], string[], Record<string, number>, string[], string[]][] = [
  ['the same names in another order', ['cat', 'dog'], ['dog', 'cat'], { cat: 20, dog: 10 }, [], []],
  [
    'capitals, underscores and hyphens',
    ['traffic light', 'T-shirt'],
    ['Traffic_Light', 't shirt'],
    { 'traffic light': 10, 'T-shirt': 20 },
    [],
    [],
  ],
  ['a model that knows less', ['person'], ['person', 'car'], { person: 10 }, [], ['car']],
  ['a model that knows more', ['person', 'car', 'cow'], ['car'], { car: 10 }, ['person', 'cow'], []],
  ['two labels alike: the first has it', ['a b', 'a_b'], ['a b'], { 'a b': 10 }, ['a_b'], []],
];
for (const [name, labels, names, expected, labelsLeftOut, categoriesLeftOut] of matched) {
  test(`by name: ${name}`, () => {
    const match = matchClasses(labels, categories(...names));
    assert.deepEqual(Object.fromEntries(match.categoryOf), expected);
    assert.deepEqual(match.labelsLeftOut, labelsLeftOut);
    assert.deepEqual(match.categoriesLeftOut, categoriesLeftOut);
  });
}

test('by order: the first label is the lowest id, wherever it stands', () => {
  const match = matchClasses(
    ['cat', 'dog'],
    [
      { id: 7, name: 'hund' },
      { id: 3, name: 'katze' },
    ],
    'order',
  );
  assert.deepEqual(Object.fromEntries(match.categoryOf), { cat: 3, dog: 7 });
});

const refused: [string, () => unknown, RegExp][] = [
  [
    'nothing in common, as many: the way out is named',
    () => matchClasses(['cat', 'dog'], categories('katze', 'hund')),
    /no class name in common: the model knows "cat", "dog"; the annotations have "katze", "hund"\. Both have 2: .*--classes-by order/,
  ],
  [
    'nothing in common, not as many: order is not offered',
    () => matchClasses(['cat'], categories('katze', 'hund')),
    /no class name in common(?!.*--classes-by).*Rename the categories/,
  ],
  ['long lists are cut short', () => matchClasses(['z'], categories(...'abcdefgh')), /"e" and 3 more\./],
  [
    'by order, not as many',
    () => matchClasses(['cat'], categories('a', 'b'), 'order'),
    /1 classes.*2 categories.*by order/,
  ],
  [
    'two categories alike',
    () => matchClasses(['cat'], categories('Cat', 'cat')),
    /two categories named "Cat" \(ids 10 and 20\)/,
  ],
];
for (const [name, match, message] of refused) {
  test(`refused: ${name}`, () => assert.throws(match, { name: 'EvaluationError', message }));
}
