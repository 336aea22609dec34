import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Temperature } from '../../../agent/src/health/temperature.ts';

const CASES: readonly (readonly [
  string,
  Readonly<Record<string, string | null>>,
  number | null,
])[] = [
  ['one zone', { thermal_zone0: '48312\n' }, 48.312],
  ['the hottest of several', { thermal_zone0: '48312\n', thermal_zone1: '71000\n' }, 71],
  ['a zone that is off', { thermal_zone0: null, thermal_zone1: '50000\n' }, 50],
  ['what is no number', { thermal_zone0: 'warm\n' }, null],
  ['below zero', { thermal_zone0: '-5000\n' }, -5],
  ['only a fan', { cooling_device0: '99000\n' }, null],
];
for (const [name, zones, celsius] of CASES) {
  t.test(name, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'thermal-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    for (const [zone, text] of Object.entries(zones)) {
      await mkdir(join(folder, zone));
      if (text !== null) await writeFile(join(folder, zone, 'temp'), text);
    }
    const temperature = new Temperature(folder);
    t.teardown(() => temperature.close());
    await temperature.start();
    t.equal(temperature.celsius, celsius);
  });
}

t.test('a system without zones', async (t) => {
  const temperature = new Temperature('/no/such/folder');
  t.teardown(() => temperature.close());
  await temperature.start();
  t.equal(temperature.celsius, null);
});
