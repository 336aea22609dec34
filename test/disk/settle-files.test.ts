import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settleFiles } from '@edgeloop/disk';
import t from 'tap';
import { lostByPowerCut, noPowerCut } from '../stand/machine/lost-by-power-cut.ts';

t.test(
  'files that were left with the kernel stay, and the folders between',
  { skip: noPowerCut },
  async (t) => {
    const folder = t.testdir({});
    const work = async () => {
      await mkdir(join(folder, 'deep', 'er'), { recursive: true });
      for (const path of ['one', 'deep/er/two', 'three']) await writeFile(join(folder, path), path);
      await settleFiles(folder, ['one', 'deep/er/two']);
    };
    t.same(await lostByPowerCut(folder, work), ['three'], 'what was not named may go');
    await t.rejects(settleFiles(folder, ['none']), { code: 'ENOENT' });
  },
);
