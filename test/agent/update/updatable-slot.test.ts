import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OnnxError, packageDigest } from '@edgeloop/onnx';
import { epochMillis, millis, ProtocolError, type Sha256 } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { SlotHead } from '../../../agent/src/head/overlay/slot-head.ts';
import { ModelSlot, type ModelSlotOptions } from '../../../agent/src/model/model-slot.ts';
import { MAX_BOOTS } from '../../../agent/src/update/machine/limits.ts';
import { newSlotRecord, type SlotRecord } from '../../../agent/src/update/machine/slot-record.ts';
import { slotFiles } from '../../../agent/src/update/store/slot-files.ts';
import {
  UpdatableSlot,
  type UpdatableSlotOptions,
} from '../../../agent/src/update/updatable-slot.ts';
import { SLOT } from '../../stand/fleet/signed-fleet.ts';
import { withExtraFile, writeColourPackage } from '../../stand/models/colour-package.ts';
import { until } from '../../stand/until.ts';

const quiet = () => {};
const log: object = { info: quiet, warn: quiet, error: quiet, child: () => log };

/** @param createModel of the slot, in the place of the real one */
async function create(
  t: Test,
  createModel = (options: ModelSlotOptions) => new ModelSlot(options),
) {
  const closing = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), 'slot-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const config = { package: join(folder, 'package'), threads: 1, deadline: millis(2_000) };
  await writeColourPackage(config.package);
  const files = slotFiles(join(folder, 'state'), SLOT, config as never);
  const options: UpdatableSlotOptions = {
    id: SLOT,
    config: config as never,
    root: { keys: null },
    log: log as never,
    ...files,
    createModel,
    closing: closing.signal,
    startedSlots: new Set(),
    head: new SlotHead(join(folder, 'state', 'heads'), log as never),
    download: async () => {},
    checkFit: quiet,
    checkLoaded: quiet,
    report: quiet,
    probation: () => ({ deadline: millis(1_000), frames: 1 }),
    interval: () => millis(0),
    resting: () => false,
    connected: () => true,
    monotonic: () => millis(0),
    random: () => 0,
    now: () => epochMillis(0),
  };
  const again = (more: Partial<UpdatableSlotOptions> = {}) =>
    new UpdatableSlot({ ...options, ...more });
  return { config, slot: again(), again, closing, ...files };
}

/** Models of which the first starts are too late. */
function lateModels(t: Test, late: number) {
  const times = { opened: 0 };
  const createModel = (options: ModelSlotOptions) => {
    times.opened += 1;
    const model = new ModelSlot(options);
    const value = () => Promise.reject(new OnnxError('SESSION_DEADLINE', 'late'));
    if (times.opened <= late) t.intercept(model, 'start', { value });
    return model;
  };
  return { times, createModel };
}

t.test('a good model whose process is late while everything starts is not lost', async (t) => {
  const { times, createModel } = lateModels(t, 2);
  const { slot } = await create(t, createModel);
  await slot.start();
  t.teardown(() => slot.close());
  t.equal(times.opened, 3);
  t.equal(slot.reported.model, slot.live.current.loaded.digest);
});

const NONE = { failures: 0, boots: 0, writes: 1, reason: null };

/**
 * A model that an update brought and committed, beside that of agent.yaml; `failing` says what its
 * reads throw, one after the other.
 */
async function updated(
  t: Test,
  failing: (model: Sha256) => string | undefined,
  createModel?: (options: ModelSlotOptions) => ModelSlot,
) {
  const made = await create(t, createModel);
  const { packages, store, config } = made;
  const own = await packageDigest(config.package);
  const brought = join(config.package, '..', 'brought');
  await writeColourPackage(brought);
  await withExtraFile(brought, new TextEncoder().encode('another\n'));
  const model = await packageDigest(brought);
  await store.point({ model, generation: 3 });
  renameSync(brought, store.folderOf(model));
  const record = {
    ...newSlotRecord(own),
    good: { model, generation: 3 },
    previous: { model: own, generation: null },
  };
  await store.write(record);
  const load = packages.load.bind(packages);
  t.intercept(packages, 'load', {
    value: async (digest: Sha256) => {
      const code = failing(digest);
      if (code === undefined) return load(digest);
      const cause = Object.assign(new Error(`${code}: not read`), { code });
      throw new ProtocolError('PACKAGE_FILE_MISSING', 'Expected a file.', { cause });
    },
  });
  return { ...made, own, model, record };
}

t.test('a good model that the card could not give for a moment is not lost', async (t) => {
  const codes = ['EIO', 'ENOMEM'];
  const { slot, store, own, model, record } = await updated(t, () => codes.shift());
  await slot.start();
  t.teardown(() => slot.close());
  t.equal(slot.live.current.loaded.digest, model);
  t.same(await store.record(own), record);
});

t.test('a device that is short of handles at its start forgets nothing', async (t) => {
  const { slot, store, own, record } = await updated(t, () => 'EMFILE');
  await t.rejects(slot.start(), { code: 'PACKAGE_FILE_MISSING' });
  t.same(await store.record(own), record);
});

t.test('where the card gives no model at all, none is lost', async (t) => {
  const { slot, store, own, record } = await updated(t, () => 'EIO');
  await t.rejects(slot.start(), { code: 'PACKAGE_FILE_MISSING' });
  t.same(await store.record(own), record);
});

t.test('a good model that the card alone does not give is gone back from', async (t) => {
  let good: Sha256 | null = null;
  const { slot, store, own, model } = await updated(t, (digest) =>
    digest === good ? 'EIO' : undefined,
  );
  good = model;
  await slot.start();
  t.teardown(() => slot.close());
  t.equal(slot.live.current.loaded.digest, own);
  t.match(await store.record(own), { good: { model } }, 'not before something runs');
  slot.resume();
  await until(async () => (await store.record(own)).good.model === own);
});

t.test('without the package of agent.yaml, a start that fails costs no good model', async (t) => {
  const { createModel } = lateModels(t, 3);
  const made = await updated(t, () => undefined, createModel);
  const { slot, again, store, config, own, model, record } = made;
  rmSync(config.package, { recursive: true });
  await t.rejects(slot.start(), { code: 'PACKAGE_FILE_MISSING' });
  t.same(await store.record(own), record);
  const next = again();
  await next.start();
  t.teardown(() => next.close());
  t.equal(next.live.current.loaded.digest, model);
});

t.test('a start for which no model can be loaded costs none', async (t) => {
  const { createModel } = lateModels(t, 6);
  const { slot, again, store, own, model, record } = await updated(t, () => undefined, createModel);
  await t.rejects(slot.start(), { code: 'SESSION_DEADLINE' });
  t.same(await store.record(own), record);
  const next = again();
  await next.start();
  t.teardown(() => next.close());
  t.equal(next.live.current.loaded.digest, model);
});

t.test('starts within one process are none of the three that end a probation', async (t) => {
  const { again, store, own, model } = await updated(t, () => undefined);
  const update = { model, generation: 3, state: 'probation', since: 0, attempts: 1, ...NONE };
  await store.write({ ...newSlotRecord(own), update } as SlotRecord);
  const startedAgain = async (slot: UpdatableSlot) => {
    await slot.start();
    await slot.close();
    return (await store.record(own)).update;
  };
  for (let start = 0; start <= MAX_BOOTS; start++) {
    t.match(await startedAgain(again()), { state: 'probation', boots: 1 });
  }
  const next = () => startedAgain(again({ startedSlots: new Set() }));
  t.match(await next(), { state: 'probation', boots: 2 });
  t.match(await next(), { state: 'reverted' });
});

t.test(
  'an agent that is to end while it starts reads no model again, and loses none',
  async (t) => {
    let reads = 0;
    const made = await updated(t, () => {
      reads += 1;
      made.closing.abort();
      return 'EIO';
    });
    const { slot, store, own, record } = made;
    await t.rejects(slot.start(), { name: 'AbortError' });
    t.equal(reads, 1);
    t.same(await store.record(own), record);
  },
);

for (const { state, runs } of [
  { state: 'activating', runs: false },
  { state: 'probation', runs: true },
] as const) {
  t.test(
    `without the package of agent.yaml, what is in ${state} does not become good`,
    async (t) => {
      const { slot, store, config, own, model } = await updated(t, () => undefined);
      const update = { model, generation: 3, state, since: 0, attempts: 1, ...NONE };
      await store.write({ ...newSlotRecord(own), update });
      rmSync(config.package, { recursive: true });
      t.teardown(() => slot.close());
      if (runs) {
        await slot.start();
        t.equal(slot.live.current.loaded.digest, model);
      } else {
        // It never decided, and what did is gone.
        const message = new RegExp(config.package);
        await t.rejects(slot.start(), { code: 'PACKAGE_FILE_MISSING', message });
      }
      t.match(await store.record(own), {
        good: { model: own, generation: null },
        update: { state },
      });
    },
  );
}
