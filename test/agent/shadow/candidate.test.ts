import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage } from '@edgeloop/onnx';
import { epochMillis, millis, parseId, type Reason } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import type { Frame } from '../../../agent/src/camera/frame.ts';
import { ModelSlot } from '../../../agent/src/model/model-slot.ts';
import { Candidate } from '../../../agent/src/shadow/candidate.ts';
import { startedBy } from '../../stand/machine/children.ts';
import {
  COLOURS,
  type Colour,
  picture,
  writeColourPackage,
} from '../../stand/models/colour-package.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(240_000);
const SLOT = parseId('slot', 'main');

/**
 * @param classes What the model calls the three colours: green and blue are not in the golden case.
 */
async function open(t: Test, classes: readonly string[] = COLOURS, background = false) {
  const folder = mkdtempSync(join(tmpdir(), 'candidate-'));
  await writeColourPackage(folder);
  const file = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, classes }));
  const loaded = await loadPackage(folder);
  const slot = new ModelSlot({ id: SLOT, loaded, threads: 1, deadline: millis(1000), background });
  const pid = await startedBy(() => slot.start());
  t.teardown(async () => {
    await slot.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { slot, pid };
}

/** The model that decides, in all tests. */
const { slot: active } = await open(t);

async function create(t: Test, { every = 1, swapped = false } = {}) {
  const other = await open(t, swapped ? ['red', 'blue', 'green'] : COLOURS, true);
  const broken: Reason[] = [];
  let celsius: number | null = null;
  const candidate = new Candidate({
    model: other.slot,
    every,
    maxCelsius: 75,
    celsius: () => celsius,
    onBroken: (reason) => broken.push(reason),
  });
  t.teardown(() => candidate.close());
  const see = async (colour: Colour, behind = false) => {
    const image = { kind: 'encoded', bytes: await picture(colour) } as const;
    const at = { capturedAt: epochMillis(Date.now()), monotonic: millis(performance.now()) };
    const frame: Frame = { image, ...at };
    const crop = await active.crop(frame);
    const { scores } = await active.classify(crop);
    return { looking: candidate.look({ frame, crop, active, scores, behind }) };
  };
  return {
    candidate,
    see,
    broken,
    pid: other.pid,
    modelPath: other.slot.loaded.modelPath,
    heat: (to: number) => {
      celsius = to;
    },
  };
}

t.test('agreement is counted by the class of the model that decides', async (t) => {
  const { candidate, see } = await create(t, { swapped: true });
  t.equal(candidate.totals, null, 'nothing was seen yet');
  const disagreed = [];
  for (const colour of ['red', 'green', 'red', 'blue'] as const) {
    disagreed.push(await (await see(colour)).looking);
  }
  t.same(disagreed, [false, true, false, true]);
  t.match(candidate.totals, {
    every: 1,
    compared: 4,
    agreed: 2,
    failed: 0,
    skipped: { busy: 0, hot: 0 },
    byClass: {
      red: { compared: 2, agreed: 2 },
      green: { compared: 1, agreed: 0 },
      blue: { compared: 1, agreed: 0 },
    },
  });
  const { counts, sum } = candidate.totals!.inferenceMillis;
  t.equal(
    counts.reduce((total, count) => total + count, 0),
    4,
  );
  t.ok(sum > 0);
});

t.test('one frame in so many, unless the device is hot or behind', async (t) => {
  const { candidate, see, heat } = await create(t, { every: 2 });
  const looked = async (behind = false) => {
    const { looking } = await see('red', behind);
    await looking;
    return looking !== null;
  };
  t.same([await looked(), await looked()], [false, true]);
  t.equal(await looked(true), false);
  t.same([await looked(), await looked()], [false, false]);
  heat(75);
  t.equal(await looked(), false);
  heat(74);
  t.same([await looked(), await looked()], [true, false]);
  t.match(candidate.totals, { compared: 2, agreed: 2, skipped: { busy: 1, hot: 1 } });
});

t.test('a candidate that hangs holds nobody up, and is given up', async (t) => {
  const { candidate, see, broken, pid } = await create(t);
  process.kill(pid, 'SIGSTOP');
  const { looking } = await see('green');
  for (let i = 0; i < 20; i++) {
    t.equal((await see('green')).looking, null, 'the model that decides went on');
    if (candidate.totals!.failed > 0) break;
  }
  t.ok(candidate.totals!.skipped.busy > 0);
  t.equal(await looking, false, 'no answer is no disagreement');
  t.equal(candidate.totals!.failed, 1);
  t.equal(await (await see('green')).looking, false);
  t.equal(candidate.totals!.agreed, 1, 'another process answers');
  t.same(broken, []);
});

t.test('a candidate that crashes again and again looks no more', async (t) => {
  const { see, broken, pid, modelPath } = await create(t);
  // What the process is to load when it starts again is gone: it never answers again.
  rmSync(modelPath);
  process.kill(pid, 'SIGKILL');
  await until(async () => {
    await (await see('red')).looking;
    return broken.length > 0;
  });
  t.match(broken, [{ code: 'SHADOW_FAILED', message: /failed 3 times in a row/ }]);
  t.equal((await see('red')).looking, null);
  t.equal(active.failed, 0, 'the model that decides never noticed');
});

t.test('another model that decides begins the totals anew', async (t) => {
  const { candidate, see } = await create(t);
  await (await see('red')).looking;
  t.equal(candidate.totals!.active, active.loaded.digest);
  const { slot } = await open(t, ['red', 'blue', 'green']);
  const image = { kind: 'encoded', bytes: await picture('red') } as const;
  const at = { capturedAt: epochMillis(0), monotonic: millis(0) };
  const crop = await slot.crop({ image, ...at });
  const frame = { image, ...at };
  await candidate.look({ frame, crop, active: slot, scores: [1, 0, 0], behind: false });
  t.match(candidate.totals, { active: slot.loaded.digest, compared: 1 });
});

t.test('it has what others leave', { skip: process.platform !== 'linux' }, async (t) => {
  const { pid } = await create(t);
  t.equal(getPriority(pid), 19);
  t.equal(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), '1000');
  const nice = readdirSync(`/proc/${pid}/task`).map(
    (thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ')[16],
  );
  t.same([...new Set(nice)], ['19'], 'with all its threads');
});
