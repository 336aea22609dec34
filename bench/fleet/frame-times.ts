import type { Page } from 'playwright-core';
import { median } from '../measure.ts';

/** In px a frame, as a flick of a finger or a turn of the wheel: 3,000 px a second. */
const STEP = 50;
const FRAMES = 300;
/** Of a screen at 60 Hz, in ms. */
const FRAME = 1000 / 60;

export interface FrameTimes {
  readonly fps: number;
  readonly medianMillis: number;
  readonly p95Millis: number;
  /** Frames that were not drawn when the screen was ready for them. */
  readonly dropped: number;
  readonly frames: number;
}

/**
 * Scrolls a page down for five seconds, and takes the time of each frame, by
 * `requestAnimationFrame`.
 */
export async function frameTimes(page: Page): Promise<FrameTimes> {
  const asked = JSON.stringify({ step: STEP, frames: FRAMES });
  const times: number[] = await page.evaluate(`scrollFrames(${asked})`);
  const deltas = times.slice(1).map((at, i) => at - (times[i] ?? at));
  const sorted = [...deltas].sort((a, b) => a - b);
  const seconds = deltas.reduce((sum, delta) => sum + delta, 0) / 1000;
  return {
    fps: round(deltas.length / seconds),
    medianMillis: round(median(deltas)),
    p95Millis: round(sorted[Math.floor(0.95 * sorted.length)] ?? Number.NaN),
    dropped: deltas.reduce((sum, delta) => sum + Math.max(0, Math.round(delta / FRAME) - 1), 0),
    frames: deltas.length,
  };
}

const round = (value: number) => Math.round(value * 10) / 10;
