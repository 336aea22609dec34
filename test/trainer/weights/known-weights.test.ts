import { WEIGHTS_NAMES } from '@edgeloop/protocol/weights-names';
import t from 'tap';
import { KNOWN_WEIGHTS } from '../../../trainer/src/weights/known-weights.ts';

t.test('the trainer knows all weights that a job is offered', async (t) => {
  t.same(
    KNOWN_WEIGHTS.map(({ name }) => name),
    WEIGHTS_NAMES,
  );
});
