import { createHash } from 'node:crypto';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { ahead } from '../../../trainer/src/augment/ahead.ts';
import { type TrainingCall, trainingCalls } from '../../../trainer/src/augment/batches.ts';
import type { Sample } from '../../../trainer/src/dataset/image-folder.ts';

let decoded = 0;
const samples = Array.from({ length: 11 }, (_, i) => {
  const random = seededRandom(i);
  const size = { width: 40, height: 30 };
  const data = Uint8Array.from({ length: 3600 }, () => random.between(0, 256));
  const pixels = async () => {
    decoded += 1;
    return { ...size, data };
  };
  return { label: i % 3, picture: { ...size, pixels } } as unknown as Sample;
});
const options = {
  size: 32,
  batch: 2,
  stepsOfCall: () => 2,
  cropScale: [0.5, 1] as const,
  colourJitter: 0.2,
  seed: 3,
  learningRate: (step: number) => step / 100,
};

async function calls(epoch: number, step: number, until: number, more = {}): Promise<string[]> {
  const all: string[] = [];
  const source = trainingCalls(samples, { epoch, step, until }, { ...options, ...more });
  for await (const { batches, last } of source) {
    const hash = createHash('sha256').update(batches.examples).digest('hex').slice(0, 8);
    all.push(`${hash} ${batches.labels} ${batches.learningRates.map((r) => r * 100)} ${last}`);
  }
  return all;
}

t.test('from any place on, what is drawn is what a whole training draws there', async (t) => {
  const whole = await calls(0, 0, 3);
  t.equal(whole.length, 9, 'five steps an epoch, two at a time');
  t.equal(new Set(whole).size, 9);
  t.same(
    whole.map((call) => call.endsWith('true')),
    [false, false, true, false, false, true, false, false, true],
  );
  for (const [epoch, step, from] of [
    [0, 2, 1],
    [0, 4, 2],
    [1, 0, 3],
    [1, 2, 4],
    [2, 4, 8],
  ] as const) {
    decoded = 0;
    t.same(await calls(epoch, step, 3), whole.slice(from), `epoch ${epoch}, step ${step}`);
    const steps = 15 - (epoch * 5 + step);
    t.equal(decoded, 2 * steps, 'only the rest is decoded');
  }
  t.same(await calls(0, 0, 2), whole.slice(0, 6), 'and up to any epoch');
});

t.test('a training goes on behind any step, with calls of any length', async (t) => {
  const single = await calls(0, 0, 2, { stepsOfCall: () => 1 });
  t.equal(single.length, 10);
  t.same(await calls(0, 3, 2, { stepsOfCall: () => 1 }), single.slice(3));
  let length = 1;
  const growing = await calls(0, 1, 2, { stepsOfCall: () => length++ });
  t.same(
    growing.map((call) => call.split(' ')[2]),
    ['1', '2,3', '4', '5,6,7,8', '9'],
    'none is left out, none comes twice, none crosses the end of an epoch',
  );
  t.equal(growing[0], single[1]);
  t.equal(growing[4], single[9]);
});

t.test('seed, colours and crops have their effect', async (t) => {
  const [plain] = await calls(0, 0, 1, { colourJitter: 0 });
  for (const more of [{ seed: 4 }, { colourJitter: 0.2 }, { cropScale: [0.9, 1] }]) {
    t.not((await calls(0, 0, 1, { colourJitter: 0, ...more }))[0], plain, JSON.stringify(more));
  }
});

t.test('items are made ahead, in order, never more than the bound', async (t) => {
  let made = 0;
  async function* numbers() {
    while (made < 6) yield ++made;
  }
  const used: number[] = [];
  const ahead2 = ahead(numbers(), 2);
  await new Promise(setImmediate);
  t.equal(made, 2, 'before anyone asks');
  for await (const number of ahead2) {
    used.push(number);
    await new Promise(setImmediate);
    t.ok(made <= number + 2, `${made} when ${number} is used`);
  }
  t.same(used, [1, 2, 3, 4, 5, 6]);
});

t.test('an item that fails is told when it is asked for, and not before', async (t) => {
  async function* broken(): AsyncGenerator<TrainingCall | number> {
    yield 1;
    throw new Error('torn');
  }
  const items = ahead(broken(), 3);
  await new Promise(setImmediate);
  t.same(await items.next(), { done: false, value: 1 });
  await t.rejects(items.next(), /torn/);
});
