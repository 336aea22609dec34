import t from 'tap';
import { Value } from 'typebox/value';
import {
  GATE_FIELDS,
  type GateField,
  readField,
  ruleOf,
  writeField,
} from '../../../control-plane/dashboard/src/rollouts/compose/gate-fields.ts';
import { isMeant, mistakeIn } from '../../../control-plane/dashboard/src/ui/number-text.ts';
import {
  DEFAULT_GATES,
  DEFAULT_SHADOW_GATES,
} from '../../../control-plane/src/rollouts/gates/default-gates.ts';
import { GateSettings } from '../../../control-plane/src/rollouts/gates/gate-settings.ts';

const GATES = [...DEFAULT_GATES, ...DEFAULT_SHADOW_GATES];

/** Every number in a gate, by its path. */
const numbersOf = (value: object, before = ''): string[] =>
  Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner === 'number') return [`${before}${key}`];
    return typeof inner === 'object' ? numbersOf(inner, `${before}${key}.`) : [];
  });

t.test('every number of a gate can be set, and what is written back is the gate', async (t) => {
  for (const gate of GATES) {
    const fields = GATE_FIELDS[gate.kind];
    const paths = fields.filter(({ optional }) => !optional).map(({ path }) => path);
    t.same(paths.toSorted(), numbersOf(gate).toSorted(), gate.kind);
    for (const field of fields) {
      const value = readField(gate, field);
      t.ok(isMeant(value, ruleOf(field)), `${gate.kind} ${field.path}`);
      t.same(writeField(gate, field, value), gate, `${gate.kind} ${field.path}`);
    }
  }
});

t.test('what is written is a gate that the control plane takes', async (t) => {
  for (const gate of GATES) {
    for (const field of GATE_FIELDS[gate.kind]) {
      const changed = writeField(gate, field, 12);
      t.equal(readField(changed, field), 12, `${gate.kind} ${field.path}`);
      t.ok(Value.Check(GateSettings, changed), `${gate.kind} ${field.path}`);
    }
  }
});

t.test('shares are written as percentages', async (t) => {
  const limit = GATE_FIELDS['update-success'][0] as GateField;
  const gate = GATES.find(({ kind }) => kind === 'update-success') as GateSettings;
  t.equal(readField(gate, limit), 90);
  t.match(writeField(gate, limit, 97.5), { limit: 0.975 });
  for (const share of [0.07, 12.3456, 28.9, 99.999]) {
    t.equal(
      readField(writeField(gate, limit, share), limit),
      share,
      'comes back as it was written',
    );
  }
});

t.test('what is optional can be left out again', async (t) => {
  const gate = GATES.find(({ kind }) => kind === 'latency') as GateSettings;
  const limit = GATE_FIELDS.latency.find(({ path }) => path === 'limit') as GateField;
  const limited = writeField(gate, limit, 80);
  t.match(limited, { limit: 80 });
  t.same(writeField(limited, limit, null), gate);
});

const share: GateField = { path: 'limit', label: '', unit: 'percent' };
const whole: GateField = { path: 'limit', label: '', unit: 'whole' };
const may: GateField = { ...whole, optional: true };

const WRONG: readonly [GateField, string, RegExp | null][] = [
  [share, '', /nothing/],
  [share, 'many', /received many/],
  [share, '-1', /from 0/],
  [share, '101', /from 0 to 100/],
  [share, '99.5', null],
  [whole, '1.5', /whole/],
  [whole, '3', null],
  [may, '', null],
];

t.test('a number that can not be meant is said in words', async (t) => {
  for (const [field, text, words] of WRONG) {
    const said = mistakeIn(text, ruleOf(field));
    if (words === null) t.equal(said, null, text);
    else t.match(said, words, text);
  }
});
