import { encodeJpeg, type RawImage } from '@edgeloop/imaging';
import { epochMillis, millis, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import { faultOf } from '../../../../agent/src/camera/faults/fault-error.ts';
import type { FaultLimits } from '../../../../agent/src/camera/faults/watch-frame.ts';
import { WatchedSource } from '../../../../agent/src/camera/faults/watched-source.ts';
import type { CameraSource, Frame, FrameImage } from '../../../../agent/src/camera/frame.ts';
import { AgentError } from '../../../../agent/src/errors.ts';
import { newCounters } from '../../../../agent/src/health/counters.ts';
import { noteFault } from '../../../../agent/src/health/note-fault.ts';

const SIZE = { width: 64, height: 64 };
const LIMITS: FaultLimits = { frozen: millis(30_000), black: millis(60_000), size: SIZE };

const raw = (fill: number, size = SIZE): FrameImage => ({
  kind: 'raw',
  ...size,
  data: new Uint8Array(3 * size.width * size.height).fill(fill),
});
const jpeg = async (fill: number): Promise<FrameImage> => ({
  kind: 'encoded',
  bytes: await encodeJpeg(raw(fill) as RawImage, 90),
});

/** Shows its frames, one every 10 s of their own clock, and goes on where it was ended. */
function show(images: readonly FrameImage[], limits: FaultLimits | null) {
  const waiting = images.map((image, i): Frame => {
    const at = 10_000 * i;
    return { image, capturedAt: epochMillis(at), monotonic: millis(at) };
  });
  const source: CameraSource = {
    description: 'test camera',
    async run(sink, signal) {
      while (!signal.aborted) {
        const frame = waiting.shift();
        if (!frame) return;
        await sink.frame(frame);
      }
    },
  };
  const told: string[] = [];
  const watched = new WatchedSource(source, {
    limits,
    onFrame: (error) => told.push(error ? faultOf(error) : '-'),
  });
  let frames = 0;
  const sink = {
    frame: async () => {
      frames += 1;
    },
    unreadable: () => {},
  };
  return {
    told,
    frames: () => frames,
    run: () => watched.run(sink, new AbortController().signal),
  };
}

t.test('a camera that freezes is started again, and again a minute later', async (t) => {
  const images = [raw(50), ...Array.from({ length: 11 }, () => raw(60)), raw(70)];
  const { run, told, frames } = show(images, LIMITS);
  const frozen = {
    code: 'SOURCE_FROZEN',
    message: 'Expected pictures that differ from test camera, received the same one for 30 s.',
  };
  await t.rejects(run(), frozen);
  t.equal(told.join(' '), '- - - - frozen');
  await t.rejects(run(), frozen, 'still the same one');
  t.equal(told.length, 11);
  await run();
  t.equal(told.join(' '), '- - - - frozen frozen frozen frozen frozen frozen frozen frozen -');
  t.equal(frames(), images.length, 'each frame went on');
});

t.test('black, by pixels and by files', async (t) => {
  const noise = Array.from({ length: 8 }, (_, i) => i);
  for (const images of [noise.map((fill) => raw(fill)), await Promise.all(noise.map(jpeg))]) {
    const { run, told } = show(images, { ...LIMITS, frozen: null });
    await t.rejects(run(), { code: 'SOURCE_BLACK', message: /black pictures for 60 s/ });
    t.equal(told.join(' '), '- - - - - - black');
  }
});

t.test('another size, by pixels and by files', async (t) => {
  const wide = { ...LIMITS, size: { width: 128, height: 64 } };
  for (const image of [raw(100), await jpeg(100)]) {
    const { run } = show([image], wide);
    await t.rejects(run(), {
      code: 'SOURCE_RESIZED',
      message: /Expected 128x64 .* received 64x64/,
    });
  }
});

t.test('what can not be read, and what may be anything, goes on', async (t) => {
  const broken = { kind: 'encoded', bytes: Uint8Array.of(1, 2, 3) } as const;
  const { run, frames, told } = show([broken, raw(100)], LIMITS);
  await run();
  t.equal(frames(), 2);
  t.same(told, ['-']);
  const replay = show(
    Array.from({ length: 9 }, () => raw(0)),
    null,
  );
  await replay.run();
  t.same(new Set(replay.told), new Set(['-']));
});

t.test('what is wrong is noted once, with its beginning, until it is over', async (t) => {
  const counters = [...newCounters(['cam0' as never]).cameras.values()][0]!;
  const note = (code: 'SOURCE_ABSENT' | 'SOURCE_SILENT' | 'CONFIG_INVALID' | null, at: number) => {
    const error = code && new AgentError(code, `at ${at}${'!'.repeat(600)}`);
    const fault = error && { kind: faultOf(error), message: error.message };
    noteFault(counters, fault, epochMillis(at));
  };
  note('SOURCE_ABSENT', 1);
  note('SOURCE_ABSENT', 2);
  t.match(counters.fault, {
    kind: 'absent',
    since: timestamp(epochMillis(1)),
    message: /^at 2!+$/,
  });
  t.equal(counters.fault?.message.length, 500);
  note('SOURCE_SILENT', 3);
  note(null, 4);
  t.notOk('fault' in counters);
  note('SOURCE_ABSENT', 5);
  note('CONFIG_INVALID', 6);
  t.match(counters.faults, { absent: 2, silent: 1, failed: 1, size: 0, frozen: 0, black: 0 });
});
