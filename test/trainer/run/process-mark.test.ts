import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isAbandoned, ownMark, writeMark } from '../../../trainer/src/run/process-mark.ts';

const own = { ...ownMark(), machine: 'abcdef01' };
const elsewhere = { ...own, place: '0a0a0a0a', machine: 'contained' };
const NOW = new Date('2026-03-02T12:00:00.000Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

t.test('what a process leaves is told from what one works on', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, 'run'));
  const events = join(folder, 'run', 'events.jsonl');
  writeFileSync(events, '');
  const age = (hours: number) => {
    for (const path of [folder, join(folder, 'run')]) utimesSync(path, NOW, hoursAgo(9));
    utimesSync(events, NOW, hoursAgo(hours));
  };
  // Of a process that can't be, above the highest number of Linux.
  const gone = 4194305;
  for (const [what, mark, hours, expected] of [
    ['this process', writeMark(own), 9, false],
    ['one that has gone', writeMark({ ...own, pid: gone }), 0, true],
    ['one before with its number', writeMark({ ...own, start: own.start - 1 }), 0, true],
    [
      'this machine, before it was started again',
      writeMark({ ...own, place: '12345678' }),
      0,
      true,
    ],
    ['another container that works', writeMark({ ...elsewhere, pid: gone }), 1, false],
    ['another container that was quiet for long', writeMark(elsewhere), 4, true],
    ['another machine', writeMark({ ...elsewhere, machine: '23456789' }), 1, false],
    ['nobody who can be known', `${gone}`, 1, false],
    ['nobody who can be known, long ago', '', 4, true],
  ] as const) {
    age(hours);
    t.equal(isAbandoned(folder, mark, own, NOW), expected, what);
  }
});
