import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder, syncFolderSync } from '@edgeloop/disk';
import t from 'tap';

const openFiles = () => readdirSync('/proc/self/fd').length;

t.test('a folder and a file are put on disk, one that is not there is said', async (t) => {
  const folder = t.testdir({ file: 'content' });
  const before = openFiles();
  for (const path of [folder, join(folder, 'file')]) {
    await syncFolder(path);
    syncFolderSync(path);
  }
  await t.rejects(syncFolder(join(folder, 'none')), { code: 'ENOENT' });
  t.throws(() => syncFolderSync(join(folder, 'none')), { code: 'ENOENT' });
  t.equal(openFiles(), before, 'none stays open');
});
