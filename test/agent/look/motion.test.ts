import { encodeJpeg, type RawImage } from '@edgeloop/imaging';
import { epochMillis, millis, type Polygon, seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { MotionGate } from '../../../agent/src/look/motion/motion-gate.ts';
import { CLOSED_GATE, stepGate } from '../../../agent/src/look/motion/step-gate.ts';

const TIMES = { hold: millis(2_000), atLeastEvery: millis(5_000) };
const CONFIG = { ...TIMES, threshold: 16, area: 0.005, masks: [] };
const EVERYWHERE = { region: null, masks: [] };

t.test('the gate, frame by frame', async (t) => {
  let state = CLOSED_GATE;
  for (const [at, moves, asked, passes, phase, why] of [
    [10_000, false, false, true, 'still', 'the first frame'],
    [10_100, false, false, false, 'still', 'nothing moves'],
    [10_200, true, false, true, 'moving', 'something moves'],
    [10_300, false, false, true, 'holding', 'it stopped just now'],
    [12_100, false, false, true, 'holding', 'it may go on'],
    [12_200, false, false, false, 'still', 'it has stopped for long enough'],
    [12_300, false, true, true, 'still', 'somebody waits for a frame'],
    [17_200, false, false, false, 'still', 'not yet'],
    [17_300, false, false, true, 'still', 'one now and then, whatever moves'],
    [17_400, true, false, true, 'moving', 'it moves again'],
    [17_500, true, false, true, 'moving', 'and goes on'],
    [17_600, false, false, true, 'holding', 'it stops'],
    [17_700, true, false, true, 'moving', 'and moves'],
    [30_000, false, false, true, 'still', 'after a silence the time is over, and one is due'],
    [30_100, false, false, false, 'still', 'closed'],
  ] as const) {
    const step = stepGate(state, { moves, asked, at: millis(at) }, TIMES);
    t.same([step.passes, step.state.phase], [passes, phase], `${at}: ${why}`);
    state = step.state;
  }
});

interface Scene {
  /** Of the picture's sides: a bright part, 0.1 wide. */
  readonly part?: readonly [x: number, y: number];
  readonly light?: number;
  /** Standard deviation of a sensor's noise. */
  readonly noise?: number;
}

const [WIDTH, HEIGHT] = [320, 240];

/** Of three uniform ones: near enough to normal, of deviation 1. */
const GRAIN = (() => {
  const { next } = seededRandom(5);
  return Float32Array.from({ length: 8191 }, () => 2 * (next() + next() + next() - 1.5));
})();

/** A bench with a pattern on it, as a camera sees it. */
function draw({ part, light = 1, noise = 4 }: Scene, offset: number): RawImage {
  const data = new Uint8ClampedArray(3 * WIDTH * HEIGHT);
  const isOn = (x: number, y: number) => {
    const [left, top] = part ?? [2, 2];
    const [across, down] = [x / WIDTH - left, y / HEIGHT - top];
    return across >= 0 && across < 0.1 && down >= 0 && down < 0.1;
  };
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, i++) {
      const surface = isOn(x, y) ? 200 : 70 + 40 * ((Math.floor(x / 40) + Math.floor(y / 40)) % 2);
      const grain = noise * (GRAIN[(i + offset) % GRAIN.length] as number);
      data.fill(light * surface + grain, 3 * i, 3 * i + 3);
    }
  }
  return { data: new Uint8Array(data.buffer), width: WIDTH, height: HEIGHT };
}

/**
 * Shows a gate scenes, ten a second unless it says otherwise.
 * @returns which of the frames passed, one letter each
 */
async function watch(
  gate: MotionGate,
  scenes: readonly Scene[],
  { jpeg = false, from = 0, step = 100 } = {},
): Promise<string> {
  const { next: random } = seededRandom(3);
  let passed = '';
  for (const [i, scene] of scenes.entries()) {
    const raw = draw(scene, Math.floor(1e6 * random()));
    const image = jpeg
      ? ({ kind: 'encoded', bytes: await encodeJpeg(raw, 85) } as const)
      : ({ kind: 'raw', ...raw } as const);
    const at = from + step * i;
    const frame = { image, capturedAt: epochMillis(at), monotonic: millis(100_000 + at) };
    passed += (await gate.admits(frame, false)) ? '|' : '.';
  }
  return passed;
}

const still = (count: number, scene: Scene = {}) => Array.from({ length: count }, () => scene);

for (const jpeg of [false, true]) {
  const kind = jpeg ? 'JPEG' : 'raw';
  t.test(`${kind}: noise is no motion, a part that comes is`, async (t) => {
    const gate = new MotionGate(CONFIG, EVERYWHERE);
    t.equal(await watch(gate, still(15), { jpeg }), '|..............');
    const comes = [{ part: [0.2, 0.3] as const }, { part: [0.25, 0.3] as const }];
    t.equal(await watch(gate, comes, { jpeg, from: 1_500 }), '||');
  });

  t.test(`${kind}: the light that changes for all is no motion`, async (t) => {
    const gate = new MotionGate(CONFIG, EVERYWHERE);
    // A cloud, then a lamp at once, then a camera that finds its exposure.
    const cloud = Array.from({ length: 10 }, (_, i) => ({ light: 1 - 0.05 * i }));
    const lamp = [...still(3, { light: 1.6 }), { light: 1.4 }, { light: 1.2 }, { light: 1.1 }];
    t.equal(await watch(gate, [...still(5), ...cloud, ...lamp], { jpeg }), `|${'.'.repeat(20)}`);
  });
}

t.test('a part that comes in another light is motion all the same', async (t) => {
  const gate = new MotionGate(CONFIG, EVERYWHERE);
  const scenes = [...still(5), { light: 0.6, part: [0.4, 0.4] as const }];
  t.equal(await watch(gate, scenes), '|....|');
});

t.test('another view altogether is no motion, and the next is compared with it', async (t) => {
  const gate = new MotionGate(CONFIG, EVERYWHERE);
  const night = { light: 0.05, noise: 1 };
  t.equal(await watch(gate, [...still(4), ...still(4, night), ...still(3)]), '|..........');
});

t.test('what moves under a mask, or outside the region, is nothing', async (t) => {
  const moving = Array.from({ length: 6 }, (_, i) => ({ part: [0.05 + 0.05 * i, 0.1] as const }));
  const upper: Polygon = [
    [0, 0],
    [1, 0],
    [1, 0.5],
    [0, 0.5],
  ];
  const lower: Polygon = [
    [0, 0.5],
    [1, 0.5],
    [1, 1],
    [0, 1],
  ];
  for (const [what, gate, expected] of [
    ['nowhere', new MotionGate(CONFIG, EVERYWHERE), '|.||||||'],
    ['a mask of motion', new MotionGate({ ...CONFIG, masks: [upper] }, EVERYWHERE), '|.......'],
    ['a mask', new MotionGate(CONFIG, { region: null, masks: [upper] }), '|.......'],
    ['a region', new MotionGate(CONFIG, { region: lower, masks: [] }), '|.......'],
    ['a region around it', new MotionGate(CONFIG, { region: upper, masks: [] }), '|.||||||'],
  ] as const) {
    t.equal(await watch(gate, [...still(2), ...moving]), expected, what);
  }
});

t.test('what stays becomes background', async (t) => {
  const gate = new MotionGate({ ...CONFIG, atLeastEvery: millis(1e9) }, EVERYWHERE);
  const there = { part: [0.5, 0.5] as const };
  const passed = await watch(gate, [...still(5), ...still(60, there)], { step: 600 });
  t.match(passed, /^\|\.{4}\|{20,50}\.{8,}$/);
});
