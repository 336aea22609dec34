import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage, OnnxError } from '@edgeloop/onnx';
import {
  type CameraState,
  epochMillis,
  type Millis,
  millis,
  type OccurrenceId,
  parseId,
} from '@edgeloop/protocol';
import type { Test } from 'tap';
import type { CameraSource, Frame, FrameSink } from '../../../agent/src/camera/frame.ts';
import type { DecideConfig } from '../../../agent/src/config/config.ts';
import type { AgentError } from '../../../agent/src/errors.ts';
import { countersOf, newCounters } from '../../../agent/src/health/counters.ts';
import type { View } from '../../../agent/src/look/area/stencil.ts';
import { Look } from '../../../agent/src/look/look.ts';
import { ModelSlot } from '../../../agent/src/model/model-slot.ts';
import type { NewRow } from '../../../agent/src/outbox/entry.ts';
import { CameraPipeline } from '../../../agent/src/pipeline/camera-pipeline.ts';
import type { CameraPipelineOptions } from '../../../agent/src/pipeline/camera-pipeline-options.ts';
import {
  type Colour,
  picture,
  withExtraFile,
  writeColourPackage,
} from '../../stand/models/colour-package.ts';

const quiet = () => {};
const SILENT = { info: quiet, warn: quiet, error: quiet } as never;
const CAMERA = parseId('camera', 'cam0');

export const OCCURRENCES: DecideConfig = {
  mode: 'occurrence',
  background: [],
  smoothing: millis(0),
  enter: 0.7,
  exit: 0.5,
  classes: {},
  minFrames: 2,
  updateInterval: millis(5_000),
  maxGap: millis(10_000),
};

/** A pipeline over the model that tells colours, in its real process. */
export async function createPipeline(
  t: { teardown(remove: () => Promise<void>): void },
  run: (sink: FrameSink, signal: AbortSignal) => Promise<void>,
  options: {
    pace: 'every' | 'realtime';
    decide?: DecideConfig;
    commits?: boolean;
    fails?: (call: number) => boolean;
    interval?: number;
    silence?: Millis;
    look?: CameraPipelineOptions['look'];
    model?: Uint8Array;
  },
) {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
  const loaded = await loadPackage(await writeColourPackage(folder, options.model));
  const id = parseId('slot', 'main');
  const slot = new ModelSlot({ id, loaded, threads: 1, deadline: millis(5000) });
  await slot.start();
  const classify = slot.classify.bind(slot);
  let calls = 0;
  slot.classify = (crop) =>
    options.fails?.(calls++)
      ? Promise.reject(new OnnxError('SESSION_DEADLINE', 'too late'))
      : classify(crop);
  const counters = newCounters([CAMERA]);
  const appended: NewRow[] = [];
  const states: CameraState[] = [];
  const sampled: { frame: Frame; scores: readonly number[]; embedding: number[] }[] = [];
  const pictured: { view: View; begun: readonly OccurrenceId[] }[] = [];
  const faults: (AgentError | null)[] = [];
  const source: CameraSource = { description: 'test', run };
  const pipeline = new CameraPipeline({
    id: CAMERA,
    source,
    pace: options.pace,
    decide: options.decide ?? { mode: 'frame' },
    look: options.look ?? new Look({ region: null, masks: [], motion: null }),
    asked: () => false,
    slot,
    bootId: parseId('boot', '11111111-1111-4111-8111-111111111111'),
    counters: counters.cameras.get(CAMERA)!,
    unreadable: (fault) => faults.push(fault),
    modelCounters: (model) => countersOf(counters, model),
    clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
    newId: () => '22222222-2222-4222-8222-222222222222' as OccurrenceId,
    append: async (row) => {
      if (options.commits === false) return false;
      appended.push(row);
      return true;
    },
    setState: (_camera, state) => states.push(state),
    shadow: () => null,
    picture: (_camera, view, begun) => pictured.push({ view, begun }),
    sample: ({ frame, scores, embedding }) =>
      sampled.push({ frame, scores, embedding: Array.from(embedding ?? []) }),
    interval: () => millis(options.interval ?? 0),
    patience: millis(1000),
    silence: options.silence ?? millis(10_000),
    log: SILENT,
  });
  t.teardown(async () => {
    await pipeline.close();
    await slot.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const labels = () => appended.map(({ body }) => JSON.parse(body).label);
  const rows = () => appended.map(({ body }) => JSON.parse(body));
  return {
    pipeline,
    slot,
    faults,
    counters: counters.cameras.get(CAMERA)!,
    models: counters.models,
    rows,
    labels,
    states,
    sampled,
    pictured,
  };
}

export async function frameOf(colour: Colour): Promise<Frame> {
  const image = { kind: 'encoded', bytes: await picture(colour) } as const;
  return { image, capturedAt: epochMillis(Date.now()), monotonic: millis(performance.now()) };
}

/** Starts the pipeline; resolves when its source has finished and every frame was handled. */
export async function finish(pipeline: CameraPipeline): Promise<void> {
  pipeline.start();
  while (!pipeline.progress.finished) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Another model that tells the same colours. */
export async function nextModel(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'next-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const loaded = await loadPackage(
    await withExtraFile(await writeColourPackage(folder), new Uint8Array(9)),
  );
  const id = parseId('slot', 'main');
  const next = new ModelSlot({ id, loaded, threads: 1, deadline: millis(5000) });
  await next.start();
  t.teardown(() => next.close());
  return { next, digest: loaded.digest };
}
