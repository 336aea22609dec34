import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { AbandonedJobs } from '../../../trainer/src/jobs/abandoned-jobs.ts';
import { ownMark, writeMark } from '../../../trainer/src/run/process-mark.ts';
import { asNobody } from '../../stand/machine/as-nobody.ts';

/** Of a process that can't be, above the highest number of Linux. */
const gone = writeMark({ ...ownMark(), pid: 4_194_305 });

t.test('what a killed trainer left goes; what may not go is told once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-jobs-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const held = join(folder, `${gone}.held`, 'within');
  for (const name of [`${gone}.left`, `${gone}.more`, `${writeMark(ownMark())}.now`]) {
    mkdirSync(join(folder, name));
  }
  mkdirSync(held, { recursive: true });
  writeFileSync(join(held, 'picture'), '');
  chmodSync(held, 0o555);

  const said: string[] = [];
  const abandoned = new AbandonedJobs(folder, (text) => said.push(text));
  await asNobody(folder, async () => {
    await abandoned.remove();
    await abandoned.remove();
  });
  chmodSync(held, 0o755);
  t.same(readdirSync(folder).sort(), [`${gone}.held`, `${writeMark(ownMark())}.now`].sort());
  t.equal(said.length, 1);
  t.match(said[0], /Expected to remove .*\.held, which a killed trainer left: EACCES/);
});
