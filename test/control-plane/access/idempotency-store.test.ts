import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { IdempotencyStore } from '../../../control-plane/src/access/idempotency-store.ts';
import { DATABASES } from '../stand/databases.ts';

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: done once, answered as often as asked`, async (t) => {
    let now = 1_000_000;
    const store = new IdempotencyStore({ database: await open(t), now: () => epochMillis(now) });
    const request = { principal: 'token:a', key: 'k', fingerprint: 'f' };
    t.equal(await store.begin(request), null, 'ours to do');
    await t.rejects(store.begin(request), { code: 'CONFLICT' }, 'not twice at a time');
    await store.keep(request, { status: 201, body: '{"id":1}' });
    t.same(await store.begin(request), { status: 201, body: '{"id":1}' });
    await t.rejects(store.begin({ ...request, fingerprint: 'g' }), {
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    t.equal(await store.begin({ ...request, principal: 'token:b' }), null, 'each for itself');
    now += 61_000;
    t.equal(
      await store.begin({ ...request, principal: 'token:b' }),
      null,
      'one whose process died may begin anew',
    );
    now += 25 * 3_600_000;
    t.equal(await store.begin(request), null, 'forgotten after a day');
  });

  t.test(`on ${name}: what failed may be tried again`, async (t) => {
    const store = new IdempotencyStore({ database: await open(t), now: () => epochMillis(1) });
    const request = { principal: 'token:a', key: 'k', fingerprint: 'f' };
    await store.begin(request);
    await store.forget(request);
    t.equal(await store.begin(request), null);
  });
}
