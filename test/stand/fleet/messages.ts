import { type FrameDetection, parseId, timestamp } from '@edgeloop/protocol';

export const STREAM = '11111111-1111-4111-8111-111111111111';
export const OTHER_STREAM = '22222222-2222-4222-8222-222222222222';
export const MODEL = 'a'.repeat(64);
/** 2026-11-24T00:00:00Z */
export const MIDNIGHT = Date.UTC(2026, 10, 24);

/** A valid frame detection, captured `seq` seconds after midnight. */
export function detection(changes: Readonly<Record<string, unknown>> = {}): FrameDetection {
  const seq = typeof changes.seq === 'number' ? changes.seq : 1;
  return {
    type: 'frame',
    stream: parseId('stream', STREAM),
    seq,
    bootId: parseId('boot', '00000000-0000-4000-8000-00000000b007'),
    capturedAt: timestamp(MIDNIGHT + 1000 * seq),
    replayed: false,
    slot: parseId('slot', 'main'),
    model: parseId('sha256', MODEL),
    label: 'scratch',
    score: 0.9,
    scores: { scratch: 0.9, good: 0.1 },
    ...changes,
  } as FrameDetection;
}
