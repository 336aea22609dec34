import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import Type from 'typebox';
import { readAgain, readFailure } from '../../../agent/src/state/read-failure.ts';
import { StateFile } from '../../../agent/src/state/state-file.ts';

const Counted = Type.Object({ count: Type.Integer() });

async function folderOf(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'state-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

t.test('the last that was written is read', async (t) => {
  const folder = await folderOf(t);
  const file = new StateFile(join(folder, 'state.json'), Counted);
  t.equal(await file.read(), null);
  await Promise.all([1, 2, 3].map((count) => file.write({ count })));
  t.same(await file.read(), { count: 3 });
  t.same(await readdir(folder), ['state.json']);
});

for (const content of ['', '{"count":', '{"count":"3"}', 'null']) {
  t.test(`${JSON.stringify(content)} is no state`, async (t) => {
    const file = new StateFile(join(await folderOf(t), 'state.json'), Counted);
    await writeFile(file.path, content);
    t.equal(await file.read(), null);
    await file.write({ count: 1 });
    t.same(await file.read(), { count: 1 });
  });
}

t.test('one that can not be read is not taken for none', async (t) => {
  const file = new StateFile(join(await folderOf(t), 'state.json'), Counted);
  await mkdir(file.path);
  await t.rejects(file.read(), { code: 'STATE_UNUSABLE', message: /state\.json: EISDIR/ });
  await t.rejects(file.readWhole(), { code: 'EISDIR' });
});

const MEMORY = '/proc/self/mem';
const skip = !existsSync(MEMORY) && 'needs /proc';
t.test('a card that can not give it is tried again, and then told', { skip }, async (t) => {
  const file = new StateFile(join(await folderOf(t), 'state.json'), Counted);
  // Its beginning can be opened and never be read.
  await symlink(MEMORY, file.path);
  const read = file.read();
  await t.rejects(read, { code: 'STATE_UNUSABLE', message: /EIO/, cause: { code: 'EIO' } });
  t.equal(readFailure(await read.catch((error) => error)), 'disk');
});

t.test('a card that gives it the next time gave it', async (t) => {
  const failing = (code: string, times: number) => {
    let left = times;
    return readAgain(async () => {
      if (left === 0) return 'what is there';
      left -= 1;
      throw Object.assign(new Error('failed'), { code });
    });
  };
  for (const code of ['EIO', 'EMFILE', 'ENFILE', 'ENOMEM']) {
    t.equal(await failing(code, 1), 'what is there', code);
  }
  t.equal(await failing('EIO', 2), 'what is there');
  await t.rejects(failing('EIO', 3), { code: 'EIO' });
  await t.rejects(failing('ENOENT', 1), { code: 'ENOENT' });
});

t.test('a write that fails leaves what was there, and the next is tried', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, 'state.json');
  const file = new StateFile(path, Counted);
  await file.write({ count: 1 });
  // Where a folder stands in the way, the new content can't be written.
  await mkdir(join(folder, 'state.json.partial', 'in the way'), { recursive: true });
  await t.rejects(file.write({ count: 2 }));
  t.same(await file.read(), { count: 1 });
  await rm(join(folder, 'state.json.partial'), { recursive: true });
  await file.write({ count: 3 });
  t.same(await file.read(), { count: 3 });
});
