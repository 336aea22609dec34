import {
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type KeyId, MOST_PACKAGE_KEYS } from '@edgeloop/protocol';
import {
  createKeyFolder,
  readKeyFolder,
  readPrivateKey,
  rotateKeyFolder,
  signPackage,
  verifyPackage,
} from '@edgeloop/signing';
import t from 'tap';
import { lostByPowerCut, noPowerCut } from '../stand/machine/lost-by-power-cut.ts';

const TIMES = { issued: Date.parse('2026-11-26'), expires: Date.parse('2029-11-26') };
const folder = () => join(mkdtempSync(join(tmpdir(), 'edgeloop-keys-')), 'keys');
const MANIFEST = Buffer.from('{}');

t.test('keys are made once, for their owner alone', async (t) => {
  const path = folder();
  const { root } = await createKeyFolder(path, TIMES);
  t.match(root, { version: 1, expires: '2029-11-26T00:00:00.000Z' });
  t.same(readdirSync(path).sort(), [
    ...['online-1.private.pem', 'package-1.private.pem', 'root-1.json', 'root-1.private.pem'],
  ]);
  for (const name of ['root', 'package', 'online']) {
    t.equal(statSync(join(path, `${name}-1.private.pem`)).mode & 0o777, 0o600);
  }
  const before = readFileSync(join(path, 'root-1.json'), 'utf8');
  await t.rejects(createKeyFolder(path, TIMES), { code: 'KEY_FILE_EXISTS' });
  await t.rejects(createKeyFolder('/dev/null/keys', TIMES), { code: 'KEY_FILE_UNWRITABLE' });
  t.equal(readFileSync(join(path, 'root-1.json'), 'utf8'), before);
});

t.test('keys that were made stay when the power goes then', { skip: noPowerCut }, async (t) => {
  const path = folder();
  const work = () => createKeyFolder(join(path, 'of', 'works'), TIMES);
  t.same(await lostByPowerCut(dirname(path), work), [], 'with the folders above them');
  const rotate = () => rotateKeyFolder(join(path, 'of', 'works'), ['package'], [], TIMES);
  t.same(await lostByPowerCut(dirname(path), rotate), []);
});

t.test('rotation: the old package key counts for what it signed until it is revoked', async (t) => {
  const path = folder();
  await createKeyFolder(path, TIMES);
  const oldKey = await readPrivateKey(join(path, 'package-1.private.pem'));
  const signature = signPackage(MANIFEST, oldKey);

  const second = await rotateKeyFolder(path, ['root', 'package', 'online'], [], TIMES);
  t.equal(second.root.version, 2);
  t.equal(second.root.packages.length, 2);
  t.equal(second.root.assignments.length, 1);
  verifyPackage(second.root, MANIFEST, signature);

  const third = await rotateKeyFolder(path, [], [oldKey.publicKey.keyId], TIMES);
  t.same(third.root.root, second.root.root, 'what is not replaced stays');
  t.throws(() => verifyPackage(third.root, MANIFEST, signature), { code: 'KEY_UNKNOWN' });
  t.equal((await readKeyFolder(path)).chain.length, 3);
});

t.test(
  "what root makes in another's folder is the other's",
  { skip: process.getuid?.() !== 0 && 'needs root' },
  async (t) => {
    const path = folder();
    await createKeyFolder(path, TIMES);
    chownSync(path, 65_534, 65_533);
    await rotateKeyFolder(path, ['package'], [], TIMES);
    for (const name of ['package-2.private.pem', 'root-2.json']) {
      const { uid, gid } = statSync(join(path, name));
      t.same([uid, gid], [65_534, 65_533], name);
    }
  },
);

t.test('a rotation that a full disk breaks off makes nothing, and can be repeated', async (t) => {
  const path = folder();
  const { root } = await createKeyFolder(path, TIMES);
  const before = readdirSync(path);
  const file = await open(join(path, 'root-1.json'));
  const prototype = Object.getPrototypeOf(file);
  await file.close();
  // A key, the other, the root.
  for (const failing of [1, 2, 3]) {
    let writes = 0;
    const { writeFile } = prototype;
    t.intercept(prototype, 'writeFile', {
      async value(this: FileHandle, text: string) {
        writes += 1;
        if (writes === failing) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        return writeFile.call(this, text);
      },
      writable: true,
      configurable: true,
    });
    const rotating = rotateKeyFolder(path, ['package', 'online'], [], TIMES);
    await t.rejects(rotating, { code: 'KEY_FILE_UNWRITABLE', cause: { code: 'ENOSPC' } });
    prototype.writeFile = writeFile;
    t.same(readdirSync(path), before);
    t.same((await readKeyFolder(path)).root, root);
  }
  t.equal((await rotateKeyFolder(path, ['package', 'online'], [], TIMES)).root.version, 2);
});

t.test('a key is never overwritten', async (t) => {
  const path = folder();
  await createKeyFolder(path, TIMES);
  const other = join(path, 'online-2.private.pem');
  renameSync(join(path, 'online-1.private.pem'), other);
  const text = readFileSync(other, 'utf8');
  const before = readdirSync(path);
  const message = /never overwritten: .* Move the file away then/;
  const rotating = rotateKeyFolder(path, ['package', 'online'], [], TIMES);
  await t.rejects(rotating, { code: 'KEY_FILE_EXISTS', message });
  t.same(readdirSync(path), before);
  t.equal(readFileSync(other, 'utf8'), text);
});

t.test('without the private root key the folder signs, and does not rotate', async (t) => {
  const path = folder();
  await createKeyFolder(path, TIMES);
  renameSync(join(path, 'root-1.private.pem'), `${path}.root`);
  t.equal((await readKeyFolder(path)).keys.length, 2);
  await t.rejects(rotateKeyFolder(path, ['online'], [], TIMES), { code: 'KEY_UNKNOWN' });
  t.notOk(readdirSync(path).includes('online-2.private.pem'));
});

t.test('what is revoked is a package key, by its whole id', async (t) => {
  const path = folder();
  const { root } = await createKeyFolder(path, TIMES);
  const [stolen] = root.packages;
  const [online] = root.assignments;
  if (!stolen || !online) throw new Error('keys are missing');
  for (const wrong of [stolen.slice(0, 12) as KeyId, online]) {
    const rotating = rotateKeyFolder(path, ['package'], [stolen, wrong], TIMES);
    const message = new RegExp(`\\(${stolen}\\), received ${wrong}\\.`);
    await t.rejects(rotating, { code: 'KEY_UNKNOWN', message });
  }
  t.equal(readdirSync(path).length, 4, 'nothing was made');
  const { root: next } = await rotateKeyFolder(path, ['package'], [stolen], TIMES);
  t.notOk(next.packages.includes(stolen));
});

t.test(
  'more package keys than a root holds: says which to revoke, and makes nothing',
  async (t) => {
    const path = folder();
    let { root } = await createKeyFolder(path, TIMES);
    const oldest = root.packages[0] as KeyId;
    while (root.packages.length < MOST_PACKAGE_KEYS) {
      root = (await rotateKeyFolder(path, ['package'], [], TIMES)).root;
    }
    const before = readdirSync(path);
    await t.rejects(rotateKeyFolder(path, ['package', 'online'], [], TIMES), {
      code: 'ROOT_INVALID',
      message: new RegExp(`--revoke ${oldest}\\.$`),
    });
    t.same(readdirSync(path), before);
    const { root: next } = await rotateKeyFolder(path, ['package'], [oldest], TIMES);
    t.equal(next.packages.length, MOST_PACKAGE_KEYS);
  },
);

t.test('files that are not what they should be', async (t) => {
  const path = folder();
  await createKeyFolder(path, TIMES);
  writeFileSync(join(path, 'root-1.json'), '{"signed":');
  await t.rejects(readKeyFolder(path), { code: 'ROOT_INVALID', message: /no JSON/ });
  writeFileSync(join(path, 'root-1.json'), '{"signed":{"type":"other"}}');
  await t.rejects(readKeyFolder(path), { code: 'ROOT_INVALID' });
  await t.rejects(readPrivateKey(join(path, 'root-1.json')), { code: 'KEY_FILE_INVALID' });
  await t.rejects(readPrivateKey(join(path, 'none')), { code: 'KEY_FILE_INVALID' });
  await t.rejects(readKeyFolder(join(path, 'none')), { code: 'KEY_FILE_INVALID' });
});
