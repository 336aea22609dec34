import { createHash } from 'node:crypto';
import { drawSample } from '@edgeloop/imaging';
import { bytes, decodeEmbedding, timestamp } from '@edgeloop/protocol';
import sharp from 'sharp';
import t from 'tap';
import { newSampleCounters } from '../../../agent/src/sampling/sample-counters.ts';
import { changePlan } from '../../../agent/src/sampling/sampling-plan.ts';
import { MODEL } from '../../stand/fleet/messages.ts';
import { picture } from '../../stand/models/colour-package.ts';

import { CAM0, CAM1, QUIET, SURE, setUp, UNCERTAIN, UNSURE } from './sampler-stand.ts';

t.test('a sample says all that there is to say', async (t) => {
  const { kept, store, show, now } = await setUp(t, UNCERTAIN);
  const image = { kind: 'raw', ...(await drawSample(1, 'scratch')) } as const;
  await show(UNSURE, 0, { image });
  t.match(kept, [
    {
      mediaType: 'image/jpeg',
      width: 320,
      height: 240,
      camera: 'cam0',
      slot: 'main',
      model: MODEL,
      capturedAt: timestamp(now()),
      reasons: ['uncertain'],
      unbiased: false,
      label: 'good',
      scores: { good: 0.4, scratch: 0.35, dent: 0.25 },
      burst: '00000000-0000-4000-8000-000000000001',
    },
  ]);
  t.ok(Math.abs(kept[0]!.margin - 0.05) < 1e-9 && kept[0]!.entropy > 0.98);
  t.same([...decodeEmbedding(kept[0]!.embedding!)], [1, 0, 0.5]);
  t.notOk('oneIn' in kept[0]!);
  const bytes = (await store.picture(kept[0]!.sha256))!;
  t.equal(createHash('sha256').update(bytes).digest('hex'), kept[0]!.sha256);
  const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const off = data.reduce((sum, value, i) => sum + Math.abs(value - image.data[i]!), 0);
  t.ok(off / data.length < 4, 'the picture is the frame');
});

t.test('a picture that came as a file is kept as it came', async (t) => {
  const { kept, store, show } = await setUp(t, UNCERTAIN);
  const jpeg = await picture('red');
  await show(UNSURE, 0, { image: { kind: 'encoded', bytes: jpeg } });
  const png = await sharp(jpeg).rotate(90).png().toBuffer();
  await show(UNSURE, 60_000, { image: { kind: 'encoded', bytes: png } });
  t.match(kept, [
    { mediaType: 'image/jpeg', width: 32, height: 24 },
    { mediaType: 'image/png', width: 24, height: 32 },
  ]);
  t.same(Buffer.from((await store.picture(kept[0]!.sha256))!), Buffer.from(jpeg));
});

t.test('the same picture twice is one sample', async (t) => {
  const { kept, counters, show } = await setUp(t, UNCERTAIN);
  const image = { kind: 'encoded', bytes: await picture('red') } as const;
  for (let i = 0; i < 3; i++) await show(UNSURE, 60_000, { image });
  t.equal(kept.length, 1);
  t.equal(counters.duplicates, 2);
});

t.test('a camera cools after a sample; others, and what is drawn, do not', async (t) => {
  const { kept, counters, show, sampler } = await setUp(t, UNCERTAIN);
  await show();
  await show(UNSURE, 9_999);
  t.equal(kept.length, 1);
  t.equal(counters.cooling, 1);
  await show(UNSURE, 0, { camera: CAM1 });
  t.equal(kept.length, 2, 'another camera');
  await show(UNSURE, 1);
  t.equal(kept.length, 3, 'ten seconds later');
  sampler.use(changePlan(UNCERTAIN, { random: { oneIn: 1 } }));
  await show(UNSURE, 1);
  t.same(kept[3]?.reasons, ['random'], 'drawn');
  t.match(kept[3], { unbiased: true, oneIn: 1 });
  t.same(
    kept.map(({ burst }) => burst.at(-1)),
    ['1', '2', '1', '1'],
    'bursts are of a camera',
  );
});

t.test('a sure frame is not kept, nor counted as anything', async (t) => {
  const { kept, counters, show } = await setUp(t, UNCERTAIN);
  await show(SURE);
  t.equal(kept.length, 0);
  t.same(counters, newSampleCounters());
});

t.test('budget and burst outlive a restart', async (t) => {
  const plan = changePlan(UNCERTAIN, {
    budgets: { perHour: 2, shares: { random: 0, uncertain: 1 } },
  });
  const { kept, counters, show, start } = await setUp(t, plan);
  await show();
  const again = await start();
  await show(UNSURE, 20_000, { to: again });
  t.equal(again.kept[0]?.burst, kept[0]?.burst);
  await show(UNSURE, 20_000, { to: again });
  t.equal(again.counters.overBudget, 1);
  t.equal(again.store.samples.length, 2);
  t.equal(counters.kept.uncertain + again.counters.kept.uncertain, 2);
});

t.test('what was drawn over the budget of the draw is no fair sample', async (t) => {
  const plan = changePlan(UNCERTAIN, {
    random: { oneIn: 1 },
    budgets: { perHour: 10, shares: { random: 0.1 } },
  });
  const { kept, show } = await setUp(t, plan);
  await show();
  await show();
  t.match(kept, [
    { reasons: ['random', 'uncertain'], unbiased: true },
    { reasons: ['uncertain'], unbiased: false },
  ]);
});

t.test('a request takes the next frame of its camera, however sure it is', async (t) => {
  const { kept, show, sampler } = await setUp(t, QUIET);
  const { signal } = new AbortController();
  const first = sampler.request(CAM0, signal);
  const second = sampler.request(CAM0, signal);
  await show(SURE, 0, { camera: CAM1 });
  t.equal(kept.length, 0, 'not that of another');
  await show(SURE, 0);
  t.same(await first, { kept: kept[0]?.sha256 });
  t.same(await second, await first, 'two requests, one frame');
  t.same(kept[0]?.reasons, ['requested']);
  await show(SURE, 0);
  t.equal(kept.length, 1, 'and only that one');
});

t.test('a request is told why there is no sample', async (t) => {
  const none = changePlan(QUIET, { budgets: { perHour: 0 } });
  const { show, sampler } = await setUp(t, none);
  const { signal } = new AbortController();
  const refused = sampler.request(CAM0, signal);
  await show();
  t.match(await refused, { passed: /budget/ });
  const late = new AbortController();
  const expired = sampler.request(CAM0, late.signal);
  late.abort();
  t.match(await expired, { passed: /no frame in time/ });
  const many = Array.from({ length: 17 }, () => sampler.request(CAM0, signal));
  t.match(await many[16], { passed: /too many requests/ });
});

t.test('a class that is seen for the first time is rare', async (t) => {
  const rare = await setUp(t, changePlan(QUIET, { rare: { share: 0.1, minFrames: 20 } }));
  await rare.show([0.01, 0.98, 0.01]);
  for (let i = 0; i < 20; i++) await rare.show(SURE);
  t.equal(rare.kept.length, 0);
  await rare.show([0.01, 0.98, 0.01]);
  t.match(rare.kept, [{ label: 'scratch', reasons: ['rare'] }]);
});

for (const [what, embedded] of [
  ['an embedding', true],
  ['scores, of a model that has no embedding', false],
] as const) {
  t.test(`a change shows in ${what}`, async (t) => {
    const { kept, show } = await setUp(t, changePlan(QUIET, { changed: {} }));
    const see = (pattern: number[]) =>
      embedded
        ? show(SURE, 60_000, { embedding: pattern })
        : show(pattern, 60_000, { embedding: null });
    await see([0.9, 0.05, 0.05]);
    await see([0.95, 0.05, 0]);
    t.equal(kept.length, 0, 'nothing new');
    await see([0, 0.95, 0.05]);
    t.match(kept, [{ reasons: ['changed'] }]);
    t.equal(kept[0]?.embedding !== undefined, embedded);
    await see([0.9, 0.05, 0.05]);
    t.equal(kept.length, 1, 'it was seen before');
  });
}

t.test('frames that come faster than they can be written are dropped and counted', async (t) => {
  const plan = changePlan(UNCERTAIN, { cooldownMillis: 0, budgets: { perHour: 1_000 } });
  const { kept, counters, keeper, show, sampler } = await setUp(t, plan);
  await Promise.all(Array.from({ length: 10 }, () => show(UNSURE, 1)));
  await keeper.close();
  t.same([kept.length, counters.dropped], [4, 6]);
  sampler.use(changePlan(plan, { random: { oneIn: 1 } }));
  await Promise.all(Array.from({ length: 10 }, () => show(UNSURE, 1)));
  await keeper.close();
  t.equal(counters.dropped, 6 + 2, 'drawn ones have more places');
});

t.test('what can not be decoded or written costs the sample alone', async (t) => {
  const { kept, counters, show } = await setUp(t, UNCERTAIN);
  const torn = { kind: 'encoded', bytes: new Uint8Array([0xff, 0xd8, 1, 2]) } as const;
  await show(UNSURE, 60_000, { image: torn });
  t.equal(counters.failed, 1);
  await show();
  t.equal(kept.length, 1);
});

t.test('without room on the disk a sample is counted as evicted', async (t) => {
  const { kept, store, counters, show } = await setUp(t, UNCERTAIN, { count: 10, bytes: bytes(5) });
  await show();
  t.same([kept.length, store.evicted, counters.kept.uncertain], [0, 1, 0]);
});
