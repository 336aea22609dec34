import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadPackage } from '@edgeloop/onnx';
import {
  epochMillis,
  millis,
  parseId,
  type Sha256,
  type SignedAssignment,
  timestamp,
} from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { ModelSlot } from '../../../agent/src/model/model-slot.ts';
import type { ShadowFrame } from '../../../agent/src/shadow/candidate.ts';
import type { ShadowPorts } from '../../../agent/src/shadow/shadow-ports.ts';
import { SlotShadow } from '../../../agent/src/shadow/slot-shadow.ts';
import { UpdateError } from '../../../agent/src/update/update-error.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';
import { startedBy } from '../../stand/machine/children.ts';
import { writeColourPackage } from '../../stand/models/colour-package.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(30_000);
const SLOT = parseId('slot', 'main');
const quiet = () => {};
const LOG = { info: quiet, warn: quiet, error: quiet } as never;

/** A package on disk, and its digest. */
async function writePackage(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'shadow-package-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeColourPackage(folder);
  const loaded = await loadPackage(folder);
  return { folder, loaded };
}

/** @param prepare its folder, before it starts */
async function create(
  t: Test,
  given: Partial<ShadowPorts>,
  prepare = async (_folder: string) => {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'shadow-'));
  await prepare(folder);
  const ports: ShadowPorts = {
    judge: async () => ({ kind: 'known' }),
    download: async (_variant, _model, at) => {
      await mkdir(at, { recursive: true });
      await writeColourPackage(at);
    },
    ...given,
  };
  const config = { package: '', variant: undefined, threads: 1, deadline: millis(2_000) } as never;
  const shadow = new SlotShadow({
    id: SLOT,
    config,
    folder,
    ports,
    celsius: () => null,
    maxCelsius: 75,
    now: () => epochMillis(MIDNIGHT),
    random: () => 0.001,
    onReport: quiet,
    log: LOG,
  });
  await shadow.start();
  t.teardown(async () => {
    await shadow.close();
    await rm(folder, { recursive: true, force: true });
  });
  const want = (digest: string, generation = 1) => {
    const assignment = { signed: { digest, generation } } as SignedAssignment;
    shadow.receive({ assignment, every: 1 });
  };
  return { folder, shadow, want };
}

const MODEL = 'a'.repeat(64) as Sha256;

t.test('what was accepted and may not run here is refused once', async (t) => {
  let downloads = 0;
  const { shadow, want } = await create(t, {
    download: async () => {
      downloads += 1;
      throw new UpdateError('AGENT_TOO_OLD', 'Update the agent.', { retry: false });
    },
  });
  want(MODEL);
  await until(() => shadow.report?.state === 'refused');
  await delay(100);
  want(MODEL);
  await delay(50);
  t.equal(downloads, 1);
  t.match(shadow.report, { state: 'refused', reason: { code: 'AGENT_TOO_OLD' } });
  t.notOk('accepted' in shadow.report!, 'of which nobody else is told');
});

t.test('what did not count is judged again when it is said again', async (t) => {
  const reason = { code: 'ROOT_MISSING', message: 'none' };
  const verdicts = [{ kind: 'refused', reason } as const, { kind: 'accepted' } as const];
  const { shadow, want } = await create(t, {
    judge: async () => verdicts.shift()!,
    download: (...[, , , signal]) => delay(60_000, undefined, { signal, ref: false }),
  });
  want(MODEL);
  await until(() => shadow.report?.state === 'refused');
  want(MODEL);
  await until(() => shadow.report?.state === 'downloading');
  t.equal(verdicts.length, 0);
});

t.test('what could not be read of an earlier run is not judged anew', async (t) => {
  const { folder, shadow, want } = await create(
    t,
    { judge: async () => t.fail('judged') as never },
    async (at) => void (await mkdir(join(at, 'shadow.json'))),
  );
  t.equal(shadow.report, null);
  await rm(join(folder, 'shadow.json'), { recursive: true });
  const reason = { code: 'SHADOW_RESTARTED', message: 'Too often.' };
  const record = { model: MODEL, generation: 1, state: 'failed', attempts: 6, accepted: true };
  const since = timestamp(epochMillis(MIDNIGHT));
  await writeFile(join(folder, 'shadow.json'), JSON.stringify({ ...record, since, reason }));
  want(MODEL);
  await until(() => shadow.report !== null);
  t.match(shadow.report, { state: 'failed', reason });
  await delay(50);
});

t.test('an assignment that a full disk could not take down is taken when it can', async (t) => {
  let judged = 0;
  const { shadow, want } = await create(t, {
    judge: async () => {
      judged += 1;
      if (judged === 1) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      return { kind: 'accepted' };
    },
    download: (...[, , , signal]) => delay(60_000, undefined, { signal, ref: false }),
  });
  want(MODEL);
  await until(() => shadow.report?.state === 'downloading');
  t.equal(judged, 2);
});

t.test('a candidate that breaks as it is replaced is no fault of the one after it', async (t) => {
  const { loaded } = await writePackage(t);
  const { shadow, want } = await create(t, {
    download: async (_variant, model, at, signal) => {
      if (model === MODEL) return delay(60_000, undefined, { signal, ref: false });
      await mkdir(at, { recursive: true });
      await writeColourPackage(at);
    },
  });
  want(loaded.digest);
  await until(() => shadow.report?.state === 'committed');
  const active = new ModelSlot({ id: SLOT, loaded, threads: 1, deadline: millis(2_000) });
  // A process with much memory takes its time to end.
  const { close } = ModelSlot.prototype;
  t.intercept(ModelSlot.prototype, 'close', {
    value: async function (this: ModelSlot) {
      await delay(200);
      await close.call(this);
    },
  });
  // Of no crop nothing can be made.
  const seen = { active, scores: [1, 0, 0], behind: false } as never as ShadowFrame;
  await shadow.look(seen);
  await shadow.look(seen);
  await shadow.look(seen);
  want(MODEL, 2);
  await until(() => shadow.report?.generation === 2 && shadow.report.state !== 'waiting');
  await delay(300);
  t.match(shadow.report, { model: MODEL, state: 'downloading' });
});

t.test('a candidate that does not start holds up nobody who closes it', async (t) => {
  const { loaded } = await writePackage(t);
  const { shadow, want } = await create(t, {});
  const pid = await startedBy(async () => {
    want(loaded.digest);
    await until(() => shadow.report?.state === 'testing');
    await delay(20);
  });
  process.kill(pid, 'SIGSTOP');
  const begun = performance.now();
  await shadow.close();
  t.ok(performance.now() - begun < 5_000);
});
