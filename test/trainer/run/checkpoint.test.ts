import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import { DEFAULT_RECIPE } from '../../../trainer/src/fit/recipe.ts';
import { BEGINNING } from '../../../trainer/src/fit/training-progress.ts';
import {
  contradictions,
  fromNotes,
  inexactness,
  type RunIdentity,
  toNotes,
} from '../../../trainer/src/run/checkpoint.ts';
import { thisMachine } from '../../../trainer/src/run/machine.ts';

const { threads, ...recipe } = DEFAULT_RECIPE;
const machine = thisMachine({ threads, trainer: '1.0.0', provider: 'cpu', kernels: null });
const identity: RunIdentity = {
  recipe,
  machine,
  init: 'random',
  dataset: parseId('sha256', 'a'.repeat(64)),
};

t.test('a checkpoint comes back from its notes as it was, to the last bit', (t) => {
  const figures = { loss: 0.1 + 0.2, accuracy: 1 / 3, learningRate: 1e-7 };
  const history = [{ ...figures, validation: { loss: Math.PI, accuracy: 1 } }];
  const checkpoint = {
    identity,
    progress: { ...BEGINNING, history, steps: 3, loss: 2 / 3 },
    time: { started: '2026-03-02T12:00:00.000Z', seconds: 1 / 3 },
  };
  t.same(fromNotes({ ...toNotes(checkpoint), stepsDone: '7' }, 'here'), checkpoint);
  for (const notes of [{}, { 'edgeloop.run': '{"format":2}' }]) {
    t.throws(() => fromNotes(notes, 'here'), { code: 'CHECKPOINT_REFUSED', message: /at here/ });
  }
  t.end();
});

t.test('another recipe, other pictures and weights contradict; another machine does not', (t) => {
  const at = (more: Partial<RunIdentity>) => contradictions(identity, { ...identity, ...more });
  t.same(at({}), []);
  t.same(at({ recipe: { ...recipe, seed: 4, cropScale: [0.5, 1] } }), [
    'cropScale [0.5,1] (was [0.6,1])',
    'seed 4 (was 1)',
  ]);
  t.same(at({ init: 'b'.repeat(64) }), ['weights to start from bbbbbbbbbbbb (was random)']);
  t.match(at({ dataset: parseId('sha256', 'c'.repeat(64)) }), [/other pictures/]);
  const other = { ...machine, cpu: 'another', threads: 64 };
  t.same(at({ machine: other }), []);
  t.same(inexactness(machine, machine), []);
  t.same(inexactness(machine, other), [
    `cpu another (was ${machine.cpu})`,
    `threads 64 (was ${machine.threads})`,
  ]);
  t.end();
});
