import { millis, seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import type { Mix, Scene } from '../../../../agent/src/simulate/scenario/scenario.ts';
import { drawFactors, sceneAt } from '../../../../agent/src/simulate/scene/device-scene.ts';
import { drawFrame } from '../../../../agent/src/simulate/scene/draw-frame.ts';

const FRAMES = 4000;
const ALIKE: Mix = { good: 1, bad: 1 };
const scene = (more: Partial<Scene> = {}): Scene => ({
  mix: { good: 3, bad: 1 },
  spread: 0,
  dusk: null,
  ...more,
});
const MODEL = {
  confidence: { mean: 0.8, deviation: 0.05 },
  inference: { median: millis(20), spread: 0.2 },
  agreement: 1,
};
const WELL = { slow: 1, confidence: 0, takenFor: new Map<string, string>() };

function draw(of: Scene, effects = WELL, factors = ALIKE, elapsed = 0) {
  const random = seededRandom(3);
  const now = sceneAt(of, factors, millis(elapsed));
  const frames = Array.from({ length: FRAMES }, () => drawFrame(now, MODEL, effects, random));
  const mean = (pick: (frame: (typeof frames)[number]) => number) =>
    frames.reduce((sum, frame) => sum + pick(frame), 0) / FRAMES;
  return {
    frames,
    good: mean(({ label }) => (label === 'good' ? 1 : 0)),
    score: mean(({ score }) => score),
    inference: mean(({ inferenceMillis }) => inferenceMillis),
  };
}
const near = (value: number, expected: number, within: number) =>
  Math.abs(value - expected) < within;

t.test('classes, scores and times are as the scenario says, and a run repeats', async (t) => {
  const drawn = draw(scene());
  t.ok(near(drawn.good, 0.75, 0.03), `${drawn.good}`);
  t.ok(near(drawn.score, 0.8, 0.005), `${drawn.score}`);
  t.ok(near(drawn.inference, 20.4, 0.5), `${drawn.inference}`);
  t.same(draw(scene()).frames, drawn.frames);
});

t.test('what is wrong with a device shows in its frames', async (t) => {
  const swap = new Map([
    ['good', 'bad'],
    ['bad', 'good'],
  ]);
  const drawn = draw(scene(), { slow: 3, confidence: -0.3, takenFor: swap });
  t.ok(near(drawn.good, 0.25, 0.03), `${drawn.good}`);
  t.ok(near(drawn.score, 0.5, 0.005), `${drawn.score}`);
  t.ok(near(drawn.inference, 61.2, 1.5), `${drawn.inference}`);
  t.ok(drawn.frames.every(({ score }) => score > 0 && score <= 1));
});

t.test('dusk falls on the mix and on the scores, bit by bit', async (t) => {
  const dusk = {
    after: millis(100),
    over: millis(100),
    mix: { good: 1, bad: 3 },
    confidence: -0.2,
  };
  for (const [elapsed, good, score] of [
    [0, 0.75, 0.8],
    [150, 0.5, 0.7],
    [200, 0.25, 0.6],
    [9999, 0.25, 0.6],
  ] as const) {
    const drawn = draw(scene({ dusk }), WELL, ALIKE, elapsed);
    t.ok(near(drawn.good, good, 0.03), `good at ${elapsed}: ${drawn.good}`);
    t.ok(near(drawn.score, score, 0.005), `score at ${elapsed}: ${drawn.score}`);
  }
});

t.test('devices differ by the spread, and a class of no weight never comes', async (t) => {
  const spread = scene({ mix: { good: 1, bad: 1, none: 0 }, spread: 0.5 });
  const shares = [1, 2, 3].map((seed) => {
    const [[, good] = ['', 0]] = sceneAt(
      spread,
      drawFactors(spread, seededRandom(seed)),
      millis(0),
    ).cumulative;
    return good;
  });
  t.equal(new Set(shares).size, 3);
  const { frames } = draw(spread, WELL, drawFactors(spread, seededRandom(1)));
  t.notOk(frames.some(({ label }) => label === 'none'));
});
