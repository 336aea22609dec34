import t from 'tap';
import {
  followed,
  isMeant,
  type Meant,
  mistakeIn,
  type NumberRule,
  typed,
  written,
} from '../../../control-plane/dashboard/src/ui/number-text.ts';

/** What stands in a field after each key, where a form keeps the value and gives it back. */
function type(value: Meant, texts: readonly string[], rule: NumberRule) {
  let kept = written(value);
  let held = value;
  const shown = texts.map((text) => {
    kept = typed(text, rule);
    held = kept.meant;
    kept = followed(kept, held);
    return kept.text;
  });
  return { shown, held };
}

const TYPED: readonly [string, readonly string[], Meant, NumberRule][] = [
  ['a fraction', ['', '0', '0.', '0.3'], 0.3, { min: 0.01 }],
  ['another whole number', ['', '2', '20', '200'], 200, { min: 1, whole: true }],
  ['without a zero before the point', ['.', '.5'], 0.5, {}],
  ['a negative one', ['-', '-2'], -2, { min: -100 }],
  ['zeros at the end', ['1.0', '1.00', '1.005'], 1.005, {}],
  ['a comma', ['1', '1,', '1,5'], Number.NaN, {}],
  ['nothing, where it may be', [''], null, { optional: true }],
  ['nothing, where it may not', [''], Number.NaN, {}],
  ['too much', ['1', '10', '101'], Number.NaN, { max: 100 }],
];
for (const [what, texts, meant, rule] of TYPED) {
  t.test(`it stands as it is typed: ${what}`, async (t) => {
    const { shown, held } = type(0.25, texts, rule);
    t.same(shown, texts);
    t.ok(Object.is(held, meant), `${held}`);
  });
}

t.test('what something else changes is shown', async (t) => {
  const before = typed('abc', {});
  t.equal(followed(before, Number.NaN).text, 'abc', 'nothing has changed');
  t.equal(followed(before, 1).text, '1');
  t.equal(followed(typed('7', {}), null).text, '');
  t.equal(followed(typed('7', {}), Number.NaN).text, '', 'never NaN');
});

const MISTAKES: readonly [string, NumberRule, string | null][] = [
  ['7', {}, null],
  ['', { optional: true }, null],
  ['', { min: 1 }, 'Expected a number from 1 on, received nothing.'],
  ['1.5', { min: 1, max: 9, whole: true }, 'Expected a whole number from 1 to 9, received 1.5.'],
  ['1,5', {}, 'Expected a number, received 1,5. The fraction stands after a point.'],
  ['-', {}, 'Expected a number, received -.'],
  ['0x10', {}, 'Expected a number, received 0x10.'],
  ['Infinity', {}, 'Expected a number, received Infinity.'],
];
for (const [text, rule, words] of MISTAKES) {
  t.test(`what is wrong with "${text}"`, async (t) => t.equal(mistakeIn(text, rule), words));
}

t.test('a value that nobody typed is judged by the same rule', async (t) => {
  t.ok(isMeant(1e-7, { min: 0 }));
  t.equal(mistakeIn(written(1e-7).text, { min: 0 }), null);
  t.notOk(isMeant(Number.NaN, {}));
  t.notOk(isMeant(null, {}));
  t.notOk(isMeant(Number.POSITIVE_INFINITY, { min: 0 }));
});
