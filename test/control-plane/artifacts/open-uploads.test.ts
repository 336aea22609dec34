import { bytes } from '@edgeloop/protocol';
import t from 'tap';
import type { NewUpload } from '../../../control-plane/src/artifacts/artifacts.ts';
import { pieces, ROOMY, sha256, started, UPLOAD } from './stand/started.ts';

t.test('the 65th upload of one owner is refused while another’s is taken', async (t) => {
  const stand = await started({
    uploads: { ...ROOMY, count: 100, countOfOne: 64, bytesOfOne: bytes(64 * 1000) },
  });
  const digest = (name: string | number) => sha256(Buffer.from(String(name)));
  const begin = (name: string | number, more: Partial<NewUpload> = {}) =>
    stand.artifacts.beginUpload({
      ...UPLOAD,
      sha256: digest(name),
      bytes: bytes(1000),
      owner: 'a',
      ...more,
    });
  const begun = await Promise.all(Array.from({ length: 64 }, (_, i) => begin(i)));
  await t.rejects(begin('one more'), { code: 'UPLOADS_TOO_MANY', message: /64 uploads .* for a/ });
  t.equal((await begin('one more', { owner: 'b' })).offset, 0);
  t.equal((await begin(0)).id, begun[0]?.id, 'it goes on with what it began');
  await t.rejects(begin('large', { owner: 'c', bytes: bytes(64_001) }), {
    code: 'UPLOADS_TOO_MANY',
    message: /64000 bytes/,
  });
  await begin('large', { owner: 'c', bytes: bytes(63_000) });
  await begin('small', { owner: 'c' });
  await t.rejects(begin('too small', { owner: 'c', bytes: bytes(1) }), {
    code: 'UPLOADS_TOO_MANY',
  });

  stand.uptime += 10_000;
  await stand.artifacts.append(begun[0]?.id as never, 'a', bytes(0), pieces(Buffer.alloc(10)));
  await begin('one more');
  t.match(await stand.artifacts.viewUpload(begun[0]?.id as never, 'a'), { offset: 10 });
  await t.rejects(
    stand.artifacts.viewUpload(begun[1]?.id as never, 'a'),
    { code: 'NOT_FOUND' },
    'what it left lying longest gave way',
  );
  await t.rejects(begin('far too large', { bytes: bytes(65_000) }), { code: 'UPLOADS_TOO_MANY' });
  t.match(await stand.artifacts.viewUpload(begun[2]?.id as never, 'a'), { offset: 0 });
  t.equal(stand.files().length, 2 * (64 + 1 + 2), 'and its files went with it');
});
