import t from 'tap';
import { lacking } from '../../../protocol/src/jobs/requirements.ts';

const gibibytes = (count: number) => count * 2 ** 30;

t.test('says what a machine lacks', (t) => {
  for (const [required, has, missing] of [
    [{ gpu: false, memoryBytes: 0 }, { gpu: false, memoryBytes: 0 }, []],
    [{ gpu: false, memoryBytes: 5 }, { gpu: true, memoryBytes: 5 }, []],
    [{ gpu: true, memoryBytes: 0 }, { gpu: false, memoryBytes: 9 }, ['a GPU']],
    [
      { gpu: true, memoryBytes: gibibytes(16) },
      { gpu: false, memoryBytes: gibibytes(8) },
      ['a GPU', '16.0 GiB of memory (it has 8.0 GiB of memory)'],
    ],
  ] as const) {
    t.same(lacking(required, has), missing);
  }
  t.end();
});
