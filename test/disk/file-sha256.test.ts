import { join } from 'node:path';
import { fileSha256 } from '@edgeloop/disk';
import t from 'tap';

t.test('the digest of the whole file, as sha256sum says it', async (t) => {
  const folder = t.testdir({ empty: '', abc: 'abc' });
  t.equal(
    await fileSha256(join(folder, 'abc')),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  t.match(await fileSha256(join(folder, 'empty')), /^e3b0c44298fc1c14/);
  await t.rejects(fileSha256(join(folder, 'none')), { code: 'ENOENT' });
});
