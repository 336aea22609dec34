import { bytes, millis } from '@edgeloop/protocol';
import t from 'tap';
import { RetentionStore } from '../../../control-plane/src/retention/retention-store.ts';
import { DATABASES } from '../stand/databases.ts';

const DAY = 86_400_000;
const GIB = 2 ** 30;
const NONE = {
  detectionAge: null,
  databaseBytes: null,
  sampleAge: null,
  sampleBytes: null,
  pictureAge: null,
  pictureBytes: null,
};
const defaults = { ...NONE, pictureAge: millis(30 * DAY), pictureBytes: bytes(2 * GIB) };

for (const { name, open } of DATABASES) {
  t.test(
    `${name}: what was set holds over the options, over a restart, and told at once`,
    async (t) => {
      const database = await open(t);
      const store = new RetentionStore({ database, defaults });
      await store.start();
      t.same(store.view(), { settings: {}, bounds: defaults, defaults });
      const seen: unknown[] = [];
      const end = store.onChange(() => seen.push(store.bounds.pictureAge));
      const settings = { pictureAge: null, detectionAge: 90 * DAY };
      const set = await store.set(settings);
      t.same(
        set.bounds,
        { ...defaults, ...settings },
        'null is no bound; what is left out is an option',
      );
      t.same(seen, [null], 'who removes something looks again');

      const other = { ...defaults, pictureAge: millis(7 * DAY), sampleBytes: bytes(GIB) };
      const again = new RetentionStore({ database, defaults: other });
      await again.start();
      t.same(again.view(), { settings, bounds: { ...other, ...settings }, defaults: other });

      end();
      t.same((await store.set({})).bounds, defaults, 'nothing set: the options hold again');
      t.same(seen, [null]);
    },
  );

  t.test(`${name}: of a change that is refused nothing is kept`, async (t) => {
    const store = new RetentionStore({ database: await open(t), defaults });
    await store.start();
    const stale = () => {
      throw new Error('changed in the meantime');
    };
    await t.rejects(store.set({ detectionAge: DAY }, stale), /in the meantime/);
    await t.rejects(store.set({ sampleAge: 5000 }), { code: 'REQUEST_INVALID' });
    await store.start();
    t.same(store.view().settings, {});
  });
}

t.test('what can not be meant is refused, and what may be said', async (t) => {
  const [{ open }] = DATABASES as [(typeof DATABASES)[number]];
  const store = new RetentionStore({ database: await open(t), defaults });
  for (const [settings, detail] of [
    [{ detectionAge: 5000 }, /Expected from 86400000 ms \(1 d\) .* detectionAge, received 5000\./],
    [{ sampleAge: DAY - 1 }, /received 86399999\. What comes in overnight .* null: no bound\./],
    [{ pictureAge: 36_501 * DAY }, /to 3153600000000 \(36500 d\) for pictureAge/],
    [{ databaseBytes: 20 }, /67108864 bytes \(64 MiB\) .* for databaseBytes, received 20\./],
    [{ sampleBytes: 0 }, /for sampleBytes, received 0\. In less there is no room/],
    [{ detectionAge: DAY, pictureBytes: 2 ** 51 }, /\(1 PiB\) for pictureBytes/],
  ] as const) {
    t.throws(() => store.boundsWith(settings), { code: 'REQUEST_INVALID', message: detail });
  }
  for (const settings of [{ detectionAge: DAY, sampleBytes: 64 * 2 ** 20 }, NONE, {}]) {
    t.same(store.boundsWith(settings), { ...defaults, ...settings });
  }
});
