import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import { createKeyFolder, readPrivateKey, rotateKeyFolder, signPackage } from '@edgeloop/signing';
import t from 'tap';
import { PackageKeys } from '../../../control-plane/src/registry/package-keys.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';

const ISSUED = 1_800_000_000_000;
const TIMES = { issued: ISSUED, expires: ISSUED + 1000 };
const MANIFEST = Buffer.from('{}');
const folder = () => join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys');

async function open(path: string, signingKey: string | null = null, now = ISSUED) {
  const clock = { now };
  const keys = new PackageKeys({ folder: path, signingKey, now: () => epochMillis(clock.now) });
  return { keys, clock, ...(await keys.start()) };
}

t.test('keys are made where there are none, whole, and once', async (t) => {
  const path = folder();
  mkdirSync(`${path}.half`);
  writeFileSync(join(`${path}.half`, 'root-1.private.pem'), 'of a start that was killed');
  const first = await open(path);
  t.equal(first.created, true);
  t.notOk(existsSync(`${path}.half`));
  first.keys.check(MANIFEST, null);
  const signature = first.keys.sign(MANIFEST);
  const second = await open(path);
  t.equal(second.created, false);
  second.keys.check(MANIFEST, signature);
  t.throws(() => second.keys.check(Buffer.from('{ }'), signature), { code: 'SIGNATURE_REFUSED' });
  t.equal(second.keys.chain.length, 1);
});

t.test('the first keys stay when the power goes then', { skip: noPowerCut }, async (t) => {
  const path = folder();
  t.same(await lostByPowerCut(dirname(path), () => open(path)), []);
});

t.test('a package key that is kept elsewhere must be the newest', async (t) => {
  const path = folder();
  await createKeyFolder(path, TIMES);
  const old = `${path}.old.pem`;
  renameSync(join(path, 'package-1.private.pem'), old);
  const without = await open(path);
  t.equal(without.keys.maySign, false);
  t.throws(() => without.keys.check(MANIFEST, null), { code: 'SIGNATURE_REFUSED' });
  t.equal((await open(path, old)).keys.maySign, true);
  await t.rejects(open(path, join(path, 'online-1.private.pem')), { code: 'KEY_UNKNOWN' });

  await rotateKeyFolder(path, ['package'], [], TIMES);
  await t.rejects(open(path, old), { code: 'KEY_UNKNOWN' });
  const rotated = await open(path);
  rotated.keys.check(MANIFEST, signPackage(MANIFEST, await readPrivateKey(old)));
});

t.test('with an expired root no model is taken, and that is told', async (t) => {
  const path = folder();
  await createKeyFolder(path, TIMES);
  const { keys, clock } = await open(path);
  t.equal(keys.problem, null);
  clock.now = ISSUED + 1000;
  t.match(keys.problem, /edgeloop keys rotate/);
  t.throws(() => keys.check(MANIFEST, null), { code: 'SIGNATURE_REFUSED' });
  t.match((await open(path, null, ISSUED + 5000)).keys.problem, /held until/, 'and it starts');
});

t.test('a rotation counts from the next question on', async (t) => {
  const path = folder();
  const { keys } = await open(path);
  const before = keys.sign(MANIFEST);
  t.equal(await keys.refresh(), false, 'nothing has changed');
  const rotated = await rotateKeyFolder(path, ['package'], [before.keyId], TIMES);
  t.equal(await keys.refresh(), true);
  t.equal(keys.chain.length, 2);
  t.equal(keys.sign(MANIFEST).keyId, rotated.root.packages[0], 'it signs with the new key');
  keys.check(MANIFEST, keys.sign(MANIFEST));
  t.throws(() => keys.check(MANIFEST, before), { code: 'SIGNATURE_REFUSED' }, 'and not the old');
  t.equal(keys.problem, null);

  const all = ['root', 'package', 'online'] as const;
  await rotateKeyFolder(path, all, [], { ...TIMES, expires: ISSUED + 5000 });
  await keys.refresh();
  t.equal(keys.chain.length, 3, 'of every key at once');
  renameSync(join(path, 'package-3.private.pem'), `${path}.package-3.pem`);
  await keys.refresh();
  t.equal(keys.maySign, false, 'a private key that was taken away is not used any more');
});

t.test('a root that has expired holds again after a rotation', async (t) => {
  const path = folder();
  await createKeyFolder(path, TIMES);
  const { keys, clock } = await open(path);
  clock.now = ISSUED + 2000;
  t.match(keys.problem, /held until/);
  await rotateKeyFolder(path, [], [], { issued: clock.now, expires: clock.now + 1000 });
  await keys.refresh();
  t.equal(keys.problem, null);
});

t.test('keys that do not follow from those before stop every model until they do', async (t) => {
  const path = folder();
  const { keys } = await open(path);
  const first = join(path, 'root-1.json');
  const kept = readFileSync(first);
  for (const [what, breakIt] of [
    ['a root of someone else', async () => stranger(first)],
    ['a root that is torn', async () => writeFileSync(join(path, 'root-2.json'), '{')],
    ['no root', async () => rmSync(first)],
  ] as const) {
    await breakIt();
    t.equal(await keys.refresh(), false, what);
    t.match(keys.problem, /^No model is taken: Expected/, what);
    t.throws(() => keys.check(MANIFEST, null), { code: 'SIGNATURE_REFUSED' }, what);
    t.equal(keys.chain.length, 1, 'devices are told what was');
    rmSync(join(path, 'root-2.json'), { force: true });
    rmSync(first, { force: true });
    writeFileSync(first, kept);
    await keys.refresh();
    t.equal(keys.problem, null, `and goes on after ${what}`);
  }
});

/** Another root 1 in its place. */
async function stranger(path: string): Promise<void> {
  const other = folder();
  await createKeyFolder(other, TIMES);
  rmSync(path);
  renameSync(join(other, 'root-1.json'), path);
}
