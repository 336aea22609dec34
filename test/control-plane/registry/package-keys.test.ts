import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import { createKeyFolder, readPrivateKey, rotateKeyFolder, signPackage } from '@edgeloop/signing';
import t from 'tap';
import { PackageKeys } from '../../../control-plane/src/registry/package-keys.ts';

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
