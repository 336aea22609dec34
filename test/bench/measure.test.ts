import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { holds, machine, median } from '../../bench/measure.ts';
import { measureCalibration } from '../../bench/quantize/calibration.ts';
import { FROM_SOURCE } from '../stand/from-source.ts';

t.equal(median([3, 1, 2]), 2);
t.equal(median([4, 1, 3, 2]), 2.5);
t.ok(holds({ name: '', value: 0.5, most: 0.5 }));
t.notOk(holds({ name: '', value: 0.51, most: 0.5 }));
t.notOk(holds({ name: '', value: 0.69, least: 0.7 }));
t.notOk(holds({ name: '', value: Number.NaN, most: 1 }), 'what was not measured does not hold');

t.test('figures come with the machine, the code and what else ran', async (t) => {
  const { commit, memoryBytes, kernel, load } = machine();
  t.ok(commit === null || /^[0-9a-f]{12,40}(-dirty)?$/.test(commit), `${commit}`);
  t.ok(memoryBytes > 2 ** 28, `${memoryBytes} bytes`);
  t.match(kernel, /^\d+\./);
  t.equal(load.length, 3);
});

t.test('a calibration on fewer pictures than it says is none', (t) =>
  t.rejects(measureCalibration(t.testdir(), t.testdir()), /Expected 500 pictures .* received 0\./),
);

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
