import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Machine } from '../../../agent/src/health/machine.ts';

for (const [name, files, throttled] of [
  ['all is well', { 'soc:firmware': '0\n' }, false],
  ['it was throttled since it booted, and is not now', { 'soc:firmware': '50000\n' }, false],
  ['too little voltage, now', { 'soc:firmware': '50005\n' }, true],
  ['the soft limit of temperature', { 'soc:firmware': '80008\n' }, true],
  ['what is no number', { 'soc:firmware': 'cool\n' }, null],
  ['no Raspberry Pi', {}, null],
  ['beside what the driver has of its own', { bind: null, 'soc@107c000000:firmware': '4' }, true],
] as const) {
  t.test(name, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'machine-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    for (const [device, text] of Object.entries(files)) {
      await mkdir(join(folder, device));
      if (text !== null) await writeFile(join(folder, device, 'get_throttled'), text);
    }
    const machine = new Machine(folder, folder);
    t.teardown(() => machine.close());
    await machine.start();
    t.equal(machine.state.throttled, throttled);
    t.ok((machine.state.diskFreeBytes ?? 0) > 0);
  });
}

t.test('a disk that can not be asked', async (t) => {
  const machine = new Machine('/no/such/folder', '/no/such/folder');
  t.teardown(() => machine.close());
  await machine.start();
  t.same(machine.state, { throttled: null, diskFreeBytes: null });
});
