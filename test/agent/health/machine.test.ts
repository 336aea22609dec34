import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Machine } from '../../../agent/src/health/machine.ts';
import { readClock } from '../../../agent/src/health/read-clock.ts';
import { parseThrottled } from '../../../agent/src/health/throttling.ts';

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
  t.match(machine.state, { throttled: null, throttling: null, diskFreeBytes: null });
});

const NONE = {
  underVoltage: false,
  frequencyCapped: false,
  throttled: false,
  softTemperatureLimit: false,
};
for (const [text, now, sinceBoot] of [
  ['0\n', {}, {}],
  ['throttled=0x0\n', {}, {}],
  ['50005\n', { underVoltage: true, throttled: true }, { underVoltage: true, throttled: true }],
  ['throttled=0x50000', {}, { underVoltage: true, throttled: true }],
  ['throttled=0x20002', { frequencyCapped: true }, { frequencyCapped: true }],
  ['0x80008', { softTemperatureLimit: true }, { softTemperatureLimit: true }],
  ['F000F', { ...allOf(true) }, { ...allOf(true) }],
] as const) {
  t.test(`what the firmware says: ${text.trim()}`, async (t) => {
    t.same(parseThrottled(text), { ...NONE, ...now, sinceBoot: { ...NONE, ...sinceBoot } });
  });
}

for (const text of ['', 'cool', 'error=1 error_msg="Command not registered"', '-1', '123456789']) {
  t.test(`what the firmware does not say: ${text}`, async (t) => {
    t.equal(parseThrottled(text), null);
  });
}

function allOf(value: boolean) {
  return Object.fromEntries(Object.keys(NONE).map((name) => [name, value]));
}

t.test('the clock, by the file of timesyncd, or by who knows', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'clock-'));
  const path = process.env.PATH;
  t.teardown(async () => {
    process.env.PATH = path;
    await rm(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'synchronized');
  process.env.PATH = `${folder}:${path}`;
  for (const [says, expected] of [
    ['echo yes', true],
    ['echo no', false],
    ['exit 1', null],
  ] as const) {
    await writeFile(join(folder, 'timedatectl'), `#!/bin/sh\n${says}\n`, { mode: 0o755 });
    t.equal(await readClock(file), expected, says);
  }
  await writeFile(file, '');
  t.equal(await readClock(file), true);
});
