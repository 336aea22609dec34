import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BurstId,
  bytes,
  type CameraId,
  epochMillis,
  millis,
  parseId,
  type SampleRecord,
} from '@edgeloop/protocol';
import type { Test } from 'tap';
import type { Frame } from '../../../agent/src/camera/frame.ts';
import { newSampleCounters } from '../../../agent/src/sampling/sample-counters.ts';
import { SampleKeeper } from '../../../agent/src/sampling/sample-keeper.ts';
import { Sampler } from '../../../agent/src/sampling/sampler.ts';
import {
  changePlan,
  DEFAULT_PLAN,
  type SamplingPlan,
} from '../../../agent/src/sampling/sampling-plan.ts';
import { SampleStore } from '../../../agent/src/sampling/store/sample-store.ts';
import { MIDNIGHT, MODEL } from '../../stand/fleet/messages.ts';

const quiet = () => {};
const SILENT = { info: quiet, warn: quiet, error: quiet } as never;
export const CAM0 = parseId('camera', 'cam0');
export const CAM1 = parseId('camera', 'cam1');
export const CLASSES = ['good', 'scratch', 'dent'];
export const SURE = [0.98, 0.01, 0.01];
export const UNSURE = [0.4, 0.35, 0.25];

/** Only what a test switches on is kept. */
export const QUIET: SamplingPlan = changePlan(DEFAULT_PLAN, {
  random: null,
  uncertain: null,
  rare: null,
  changed: null,
});
export const UNCERTAIN = changePlan(QUIET, { uncertain: {} });

export async function setUp(
  t: Test,
  plan: SamplingPlan,
  bounds = { count: 100, bytes: bytes(1e9) },
) {
  const folder = await mkdtemp(join(tmpdir(), 'sampler-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  let now = MIDNIGHT;
  let burst = 0;
  const start = async () => {
    const store = new SampleStore({ folder: join(folder, 'samples'), bounds, minFree: bytes(0) });
    const counters = newSampleCounters();
    const kept: SampleRecord[] = [];
    const bootId = parseId('boot', '00000000-0000-4000-8000-00000000b007');
    const keeper = new SampleKeeper({
      folder,
      store,
      bootId,
      counters,
      log: SILENT,
      now: () => epochMillis(now),
      newId: () => `00000000-0000-4000-8000-00000000000${++burst}` as BurstId,
      onKept: (record) => kept.push(record),
    });
    await keeper.start();
    const sampler = new Sampler({ keeper, counters, bootId, now: () => epochMillis(now), plan });
    return { store, counters, kept, keeper, sampler };
  };
  const parts = await start();
  let drawn = 0;
  /**
   * Shows a frame of its own, `later` milliseconds after the last, and waits until it is settled.
   */
  const show = async (
    scores: readonly number[] = UNSURE,
    later = 60_000,
    {
      camera = CAM0,
      image,
      to = parts,
      embedding = [1, 0, 0.5],
      disagreed = false,
    }: ShowOptions = {},
  ) => {
    now += later;
    const raw = { data: new Uint8Array(8 * 8 * 3).fill(++drawn * 8), width: 8, height: 8 };
    to.sampler.consider({
      camera,
      slot: parseId('slot', 'main'),
      model: parseId('sha256', MODEL),
      classes: CLASSES,
      frame: {
        image: image ?? { kind: 'raw', ...raw },
        capturedAt: epochMillis(now),
        monotonic: millis(now),
      },
      scores,
      embedding: embedding && Float32Array.from(embedding),
      disagreed,
    });
    await to.keeper.close();
  };
  return { ...parts, start, show, now: () => now };
}
interface ShowOptions {
  readonly camera?: CameraId;
  readonly image?: Frame['image'];
  readonly embedding?: readonly number[] | null;
  readonly disagreed?: boolean;
  readonly to?: { readonly sampler: Sampler; readonly keeper: SampleKeeper };
}
