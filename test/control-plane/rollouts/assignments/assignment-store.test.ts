import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeviceId,
  epochMillis,
  millis,
  type Reported,
  type Sha256,
  type SlotId,
} from '@edgeloop/protocol';
import {
  createKeyFolder,
  readKeyFolder,
  rotateKeyFolder,
  verifyAssignment,
} from '@edgeloop/signing';
import t, { type Test } from 'tap';
import type { Database } from '../../../../control-plane/src/database/open-stores.ts';
import { AssignmentKeys } from '../../../../control-plane/src/rollouts/assignments/assignment-keys.ts';
import { AssignmentSigner } from '../../../../control-plane/src/rollouts/assignments/assignment-signer.ts';
import { AssignmentStore } from '../../../../control-plane/src/rollouts/assignments/assignment-store.ts';
import { slotsSource } from '../../../../control-plane/src/rollouts/assignments/slots-source.ts';
import type { RolloutId } from '../../../../control-plane/src/rollouts/rollout-id.ts';
import { DATABASES } from '../../stand/databases.ts';
import { NEW, OLD } from '../stand/models.ts';
import { insertRollout } from '../stand/rollout-row.ts';

const ROLLOUT = '00000000-0000-4000-8000-000000000001' as RolloutId;
const A = 'a' as DeviceId;
const SLOT = 'main' as SlotId;
const DAY = 86_400_000;
const ACTIVE = { slot: SLOT, purpose: 'active', rollout: ROLLOUT, every: null } as const;

async function opened(t: Pick<Test, 'teardown'>, database: Database) {
  await insertRollout(database, { id: ROLLOUT });
  const folder = mkdtempSync(join(tmpdir(), 'assignments-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const clock = { at: 0 };
  await createKeyFolder(join(folder, 'keys'), {
    issued: epochMillis(0),
    expires: epochMillis(1000 * DAY),
  });
  const keys = new AssignmentKeys({ folder: join(folder, 'keys'), onlineKey: null });
  await keys.start();
  const now = () => epochMillis(clock.at);
  const signer = new AssignmentSigner({ keys, now, life: millis(8 * DAY) });
  const store = new AssignmentStore({ database, signer, now });
  const give = async (model: Sha256, seen = 0) => {
    const rows = await store.prepare([{ device: A, model, seen }], ACTIVE);
    await database.transaction().execute((trx) => store.give(trx, rows));
  };
  const root = async () => (await readKeyFolder(join(folder, 'keys'))).root;
  return {
    store,
    give,
    clock,
    keys,
    folder: join(folder, 'keys'),
    root,
    source: slotsSource(store),
  };
}

const reports = (slot: Partial<Reported['slots'][string]>) =>
  new Map([
    [
      A,
      {
        slots: { main: { model: OLD, name: 'old', variant: 'int8', ...slot } },
      } as unknown as Reported,
    ],
  ]);

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: a device takes each, by a higher generation than the last`, async (t) => {
    const { give, source, root } = await opened(t, await open(t));
    let generation = 0;
    for (const model of [NEW, OLD, NEW]) {
      await give(model);
      const active = (await source.read([A]))?.get(A)?.slots?.main?.active;
      if (!active) throw new Error('nothing is assigned');
      const reader = { device: A, slot: SLOT, as: 'active', generation, now: 1 } as const;
      generation = verifyAssignment(await root(), active, reader).generation;
      t.equal(active.signed.digest, model);
    }
    t.equal(generation, 3);
  });

  t.test(`on ${name}: of no device nothing holds, and nothing is noted`, async (t) => {
    const { give, store } = await opened(t, await open(t));
    await give(NEW);
    t.same(await store.current([]), []);
    await store.note(new Map());
    t.match(await store.current([A]), [{ taken_at: null }]);
  });

  t.test(`on ${name}: beyond what the device says that it has seen`, async (t) => {
    const { give, store } = await opened(t, await open(t));
    await give(NEW, 41);
    t.match(await store.current([A]), [{ generation: 42 }]);
  });

  t.test(
    `on ${name}: what no device has taken is renewed before it expires, by the same generation`,
    async (t) => {
      const { give, store, clock } = await opened(t, await open(t));
      await give(NEW);
      clock.at = 5 * DAY;
      t.same(await store.renew(), [], 'it holds for long yet');
      clock.at = 7 * DAY;
      t.same(await store.renew(), [A]);
      t.match(await store.current([A]), [{ generation: 1, expires_at: 15 * DAY }]);
      await store.note(reports({ generation: 1 }));
      clock.at = 15 * DAY;
      t.same(await store.renew(), [], 'it was taken');
    },
  );

  t.test(`on ${name}: one that has lost what it took is to take it again`, async (t) => {
    const { give, store, clock } = await opened(t, await open(t));
    await give(NEW);
    await store.note(
      reports({ update: { model: NEW, generation: 1, state: 'downloading' } as never }),
    );
    t.match(await store.current([A]), [{ taken_at: 0 }]);
    clock.at = 20 * DAY;
    await store.note(reports({}));
    t.match(await store.current([A]), [{ taken_at: null }]);
    t.same(await store.renew(), [A]);
    await store.note(reports({ generation: 1 }));
    await store.forgetTaken(A);
    t.match(await store.current([A]), [{ taken_at: null }]);
  });

  t.test(`on ${name}: after a rotation the new key signs, also what waits`, async (t) => {
    const { give, store, source, folder, root, keys } = await opened(t, await open(t));
    await give(NEW);
    const before = keys.keyId;
    await rotateKeyFolder(folder, ['online'], [], {
      issued: epochMillis(1),
      expires: epochMillis(1000 * DAY),
    });
    t.same(await store.renew(), [A]);
    t.not(keys.keyId, before);
    const active = (await source.read([A]))?.get(A)?.slots?.main?.active;
    if (!active) throw new Error('nothing is assigned');
    const reader = { device: A, slot: SLOT, as: 'active', generation: 0, now: 1 } as const;
    t.equal(verifyAssignment(await root(), active, reader).generation, 1);
  });

  t.test(`on ${name}: a shadow beside what decides, and its end`, async (t) => {
    const database = await open(t);
    const { give, store, source } = await opened(t, database);
    await give(OLD);
    const of = { ...ACTIVE, purpose: 'shadow', every: 5 } as const;
    const rows = await store.prepare([{ device: A, model: NEW, seen: 0 }], of);
    await database.transaction().execute((trx) => store.give(trx, rows));
    const slot = (await source.read([A]))?.get(A)?.slots?.main;
    t.match(slot, {
      active: { signed: { digest: OLD, as: 'active', generation: 1 } },
      shadow: { every: 5, assignment: { signed: { digest: NEW, as: 'shadow', generation: 1 } } },
    });
    t.same(await database.transaction().execute((trx) => store.endShadows(trx, ROLLOUT)), [A]);
    t.same(Object.keys((await source.read([A]))?.get(A)?.slots?.main ?? {}), ['active']);
  });

  t.test(
    `on ${name}: without the key nothing is assigned, and it is said what to do`,
    async (t) => {
      const database = await open(t);
      const { folder } = await opened(t, database);
      rmSync(join(folder, 'online-1.private.pem'));
      const keys = new AssignmentKeys({ folder, onlineKey: null });
      await keys.start();
      const now = () => epochMillis(1);
      const signer = new AssignmentSigner({ keys, now, life: millis(DAY) });
      const store = new AssignmentStore({ database, signer, now });
      await t.rejects(store.prepare([{ device: A, model: NEW, seen: 0 }], ACTIVE), {
        code: 'ASSIGNMENT_KEY_MISSING',
        message: /--online-key/,
      });
      t.same(await store.renew(), []);
    },
  );
}
