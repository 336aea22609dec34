import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { bytes } from '@edgeloop/protocol';
import t from 'tap';
import { Spool } from '../../../../control-plane/src/datasets/import/spool.ts';

t.test('what an import fails of on its way to the disk is told as it is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-spool-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const spool = new Spool({ folder, longest: bytes(10) });
  await spool.start();
  const unused = () => Promise.reject(new Error('There is nothing to use.'));
  const code = 'UPLOAD_TOO_LARGE';
  await t.rejects(spool.with(Readable.from([Buffer.alloc(11)]), unused), { code });
  const broken = new Readable({ read: () => broken.destroy(new Error('aborted')) });
  await t.rejects(spool.with(broken, unused), { message: 'aborted' }, "the sender's");
  t.same(readdirSync(folder), []);

  rmSync(folder, { recursive: true });
  await t.rejects(spool.with(Readable.from([Buffer.alloc(1)]), unused), {
    code: 'STORE_FAILED',
    message: /Expected to write an import: ENOENT/,
  });
});
