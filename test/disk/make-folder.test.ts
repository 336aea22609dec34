import { mkdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeFolder, makeFolderSync } from '@edgeloop/disk';
import t from 'tap';
import { lostByPowerCut, noPowerCut } from '../stand/machine/lost-by-power-cut.ts';

const isFolder = (path: string) => statSync(path).isDirectory();

t.test('a folder that was made stays, with those above it', { skip: noPowerCut }, async (t) => {
  for (const written of ['a/b/c', 'a/b/c/', 'a//b/./c', 'a/b/../b/c']) {
    for (const from of ['absolute', 'relative']) {
      const folder = t.testdir({});
      const path = `${from === 'absolute' ? folder : relative('', folder)}/${written}`;
      t.same(await lostByPowerCut(folder, () => makeFolder(path)), [], path);
      t.ok(isFolder(join(folder, 'a/b/c')));
    }
  }
});

t.test('so does what another made of it who was killed then', { skip: noPowerCut }, async (t) => {
  for (const made of ['a', 'a/b']) {
    const folder = t.testdir(made === 'a' ? {} : { a: {} });
    const work = async () => {
      mkdirSync(join(folder, made));
      await makeFolder(join(folder, 'a', 'b'));
    };
    t.same(await lostByPowerCut(folder, work), [], made);
  }
});

t.test('its mode; what is in its place', async (t) => {
  const folder = t.testdir({ file: '' });
  await makeFolder(join(folder, 'secret', 'keys'), 0o700);
  for (const path of ['secret', 'secret/keys']) {
    t.equal(statSync(join(folder, path)).mode & 0o777, 0o700, path);
  }
  const refused = { code: /EEXIST|ENOTDIR/ };
  for (const path of [join(folder, 'file'), join(folder, 'file', 'below')]) {
    await t.rejects(makeFolder(path), refused, path);
    t.throws(() => makeFolderSync(path), refused, path);
  }
});

// Node's own `mkdir` with `recursive` tries for ever.
t.test('where no folder can be made it is refused at once', async (t) => {
  for (const path of ['/proc/none/below', '/dev/null/below']) {
    const refused = { code: /ENOENT|ENOTDIR|EEXIST/ };
    await t.rejects(makeFolder(path), refused, path);
    t.throws(() => makeFolderSync(path), refused, path);
  }
});

t.test('the one that blocks makes the same', async (t) => {
  for (const path of ['a/b/c', 'd/', './e//f']) {
    const folder = t.testdir({});
    for (const _time of ['made', 'there']) makeFolderSync(`${folder}/${path}`);
    t.ok(isFolder(join(folder, path)));
  }
});
