import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '@edgeloop/disk';
import t from 'tap';
import { lostByPowerCut, noPowerCut } from '../stand/machine/lost-by-power-cut.ts';

t.test('what was written stays, content and name', { skip: noPowerCut }, async (t) => {
  const folder = t.testdir({ old: 'of before' });
  const write = (name: string) => () => writeDurably(join(folder, name), 'whole');
  t.same(await lostByPowerCut(folder, write('new')), []);
  t.same(await lostByPowerCut(folder, write('old')), []);
  t.equal(await readFile(join(folder, 'old'), 'utf8'), 'whole');
});

t.test('parts make one file', async (t) => {
  const path = join(t.testdir({}), 'file');
  const parts = ['a', '', 'bc'].map((text) => Buffer.from(text));
  await writeDurably(path, parts);
  t.equal(await readFile(path, 'utf8'), 'abc');
});

t.test('what an interrupted write left is written over, with its mode', async (t) => {
  const path = join(t.testdir({}), 'picture');
  await writeFile(`${path}.partial`, 'half of a longer content', { mode: 0o644 });
  await writeDurably(path, 'whole', 0o600);
  t.equal(await readFile(path, 'utf8'), 'whole');
  t.equal((await stat(path)).mode & 0o777, 0o600);
});

t.test('a process of several has a name of its own until it is whole', async (t) => {
  const folder = t.testdir({ 'file.partial': "another's" });
  const path = join(folder, 'file');
  await writeDurably(path, 'whole', 0o640, `${path}.1.part`);
  t.same(await readdir(folder), ['file', 'file.partial']);
  t.equal(await readFile(`${path}.partial`, 'utf8'), "another's");
});

t.test('where it can not be written nothing of it stays', async (t) => {
  const folder = t.testdir({ 'is a folder': { file: '' } });
  await t.rejects(writeDurably(join(folder, 'is a folder'), 'whole'), { code: /EISDIR|ENOTEMPTY/ });
  t.same(await readdir(folder), ['is a folder']);
});
