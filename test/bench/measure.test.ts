import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { holds, median } from '../../bench/measure.ts';
import { FROM_SOURCE } from '../stand/from-source.ts';

t.equal(median([3, 1, 2]), 2);
t.equal(median([4, 1, 3, 2]), 2.5);
t.ok(holds({ name: '', value: 0.5, most: 0.5 }));
t.notOk(holds({ name: '', value: 0.51, most: 0.5 }));
t.notOk(holds({ name: '', value: 0.69, least: 0.7 }));
t.notOk(holds({ name: '', value: Number.NaN, most: 1 }), 'what was not measured does not hold');

t.test('a bench that is not there ends with the names of those that are', async (t) => {
  const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
  const node = [...FROM_SOURCE, main, 'nonsense'];
  const { status, stderr } = spawnSync(process.execPath, node, { encoding: 'utf8' });
  t.equal(status, 64);
  t.match(
    stderr,
    /one of accuracy, broker, fine-tuning, fleet, infer, ingest, labels, loop, motion, pipeline, quantize, rollout, rows, train for the bench, received "nonsense"/,
  );
});
