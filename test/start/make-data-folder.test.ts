import t from 'tap';
import { makeDataFolder } from '../../start/src/make-data-folder.ts';

t.test('a folder that can not be made is told by its option', async (t) => {
  const file = `${t.testdir({ file: '' })}/file`;
  for (const path of ['/proc/none/below', '/dev/null/below', file]) {
    await t.rejects(makeDataFolder(path), {
      code: 'OPTION_INVALID',
      message: `Expected a folder that can be written for --data, received ${path}: `,
    });
  }
});

t.test('one that is there is taken', async (t) => {
  const folder = t.testdir({ file: '' });
  await makeDataFolder(folder);
  await makeDataFolder(`${folder}/a/b`);
});
