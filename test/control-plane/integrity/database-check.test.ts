import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, epochMillis, millis, seconds } from '@edgeloop/protocol';
import pino from 'pino';
import t, { type Test } from 'tap';
import { backup, restore } from '../../../control-plane/src/backup/backup.ts';
import { DatabaseCheck } from '../../../control-plane/src/integrity/database-check.ts';
import { findDamages } from '../../../control-plane/src/integrity/find-damages.ts';
import { isCheckDue } from '../../../control-plane/src/integrity/is-check-due.ts';
import { wasLeftOpen } from '../../../control-plane/src/store/open-database.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { startedNow } from '../../stand/machine/children.ts';
import { until } from '../../stand/until.ts';
import { row } from '../store/records.ts';

t.setTimeout(120_000);

const PAGE = 4096;
const FILE = 'control-plane.sqlite';
const DAY = 86_400_000;
const log = pino({ level: 'silent' });

/** A database with rows, and the same with a page of theirs overwritten. */
function make(t: Pick<Test, 'teardown'>) {
  const root = mkdtempSync(join(tmpdir(), 'integrity-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'data');
  const writer = new StoreWriter(folder);
  writer.commit(Array.from({ length: 500 }, (_, i) => row(i + 1)));
  const file = join(folder, FILE);
  const leftOpen = wasLeftOpen(folder);
  writer.close();
  const whole = readFileSync(file);
  const damage = () => {
    const at = Math.floor(whole.length / 2 / PAGE) * PAGE;
    writeFileSync(file, Buffer.from(whole).fill(0xa5, at, at + PAGE));
  };
  return { root, folder, file, leftOpen, damage, mend: () => writeFileSync(file, whole) };
}

t.test('a database that was not closed is known', async (t) => {
  const { folder, leftOpen } = make(t);
  t.equal(leftOpen, true, 'while somebody has it, or was killed');
  t.equal(wasLeftOpen(folder), false);
});

t.test(
  'a damaged page is found by who reads every one; what can not be read is no damage',
  async (t) => {
    const { file, root, damage, mend } = make(t);
    for (const how of ['quick_check', 'integrity_check'] as const) {
      t.same(findDamages(file, how), []);
      damage();
      t.ok(findDamages(file, how).length > 0, how);
      mend();
    }
    writeFileSync(file, Buffer.from('no database at all, and long enough to be looked at'));
    t.match(findDamages(file, 'quick_check'), [/not a database/]);
    t.throws(() => findDamages(join(root, 'nothing'), 'quick_check'), { code: 'SQLITE_CANTOPEN' });
  },
);

const NOW = 100 * DAY;
for (const [last, endedBadly, due] of [
  [null, false, true],
  [{ at: NOW - DAY, damages: [] }, false, false],
  [{ at: NOW - DAY, damages: [] }, true, true],
  [{ at: NOW - DAY, damages: ['a page'] }, false, true],
  [{ at: NOW - 7 * DAY, damages: [] }, false, true],
  [{ at: NOW + DAY, damages: [] }, false, true],
] as const) {
  const words = last === null ? 'never looked at' : `${(NOW - last.at) / DAY} d ago`;
  t.test(`${words}${endedBadly ? ', killed' : ''}: ${due ? 'due' : 'not due'}`, async (t) => {
    t.equal(isCheckDue(last, NOW, endedBadly), due);
  });
}

t.test(
  'it is read in the background, damage is told, over a restart, until it is mended',
  async (t) => {
    const { folder, damage, mend } = make(t);
    const open = () => {
      const check = new DatabaseCheck({
        folder,
        file: FILE,
        endedBadly: false,
        now: () => epochMillis(NOW),
        log,
        first: millis(1),
        every: seconds(3600),
        mostLog: bytes(2 ** 30),
      });
      check.start();
      t.teardown(() => check.close());
      return check;
    };
    damage();
    const first = open();
    t.equal(first.problem, null);
    await until(() => first.problem !== null);
    t.match(first.problem, /^The database is damaged: .*Keep the backups .*edgeloop restore/);
    t.equal(first.checkedAt, NOW / 1000);
    await first.close();
    const second = open();
    t.not(second.problem, null, 'a restart mends nothing');
    mend();
    await until(() => second.problem === null);
    await second.close();
    const hanging = open();
    await hanging.close();
  },
);

t.test('a check that is killed says so, finds nothing, and is made again', async (t) => {
  const { folder, damage } = make(t);
  damage();
  const said: string[] = [];
  const check = new DatabaseCheck({
    folder,
    file: FILE,
    endedBadly: false,
    now: () => epochMillis(NOW),
    log: pino({}, { write: (line: string) => void said.push(JSON.parse(line).error) }),
    first: millis(1),
    every: millis(1),
    mostLog: bytes(2 ** 30),
  });
  check.start();
  t.teardown(() => check.close());
  const killed: number[] = [];
  await until(() => {
    const reading = startedNow('check-child').filter((pid) => !killed.includes(pid));
    for (const pid of reading) process.kill(pid, 'SIGKILL');
    killed.push(...reading);
    return killed.length >= 2;
  });
  await until(() => said.length >= 2);
  t.same(said.slice(0, 2), Array(2).fill('the process that reads it ended without a word'));
  await until(() => check.problem !== null);
  t.match(check.problem, /^The database is damaged: /);
});

t.test(
  'no backup is made of a damaged database, and none from before is believed unread',
  async (t) => {
    const { root, folder, damage } = make(t);
    const about = { version: '1', now: new Date(NOW) };
    const [good, bad] = [join(root, 'good'), join(root, 'bad')];
    t.match(await backup(folder, good, about), { checked: true });
    damage();
    await t.rejects(backup(folder, bad, about), {
      code: 'DATA_DAMAGED',
      exitStatus: 109,
      message: /No backup was made. Keep those that there are/,
    });
    t.throws(() => readFileSync(join(bad, 'backup.json')), { code: 'ENOENT' });

    // As a version that did not look would have made it.
    const manifest = JSON.parse(readFileSync(join(good, 'backup.json'), 'utf8'));
    const content = readFileSync(join(folder, FILE));
    writeFileSync(join(good, FILE), content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const files = manifest.files.map((file: { path: string }) =>
      file.path === FILE ? { ...file, sha256 } : file,
    );
    writeFileSync(
      join(good, 'backup.json'),
      JSON.stringify({ ...manifest, checked: undefined, files }),
    );
    const target = join(root, 'restored');
    await t.rejects(restore(good, target), {
      code: 'DATA_DAMAGED',
      message: /Take an earlier one/,
    });
    await t.rejects(restore(good, target), { code: 'DATA_DAMAGED' }, 'the folder is empty again');
  },
);
