import { cropFrame, drawSample, SCENE_CLASSES, sceneFrame } from '@edgeloop/imaging';
import { evaluationCrop } from '@edgeloop/protocol';
import sharp from 'sharp';
import t from 'tap';
import { notLong } from '../stand/long.ts';

t.test('the same seed draws the same picture, another seed another', async (t) => {
  const [a, b, c] = await Promise.all([7, 7, 8].map((seed) => drawSample(seed, 'scratch')));
  t.ok(Buffer.from(a?.data ?? []).equals(b?.data ?? Buffer.of()));
  t.notOk(Buffer.from(a?.data ?? []).equals(c?.data ?? Buffer.of()));
});

t.test('a camera sees parts come, rest and go, of every class', async (t) => {
  const labels = new Map<string, number>();
  for (let index = 0; index < 900; index += 5) {
    const { label } = await sceneFrame(1, index, 'standard');
    labels.set(label, (labels.get(label) ?? 0) + 1);
  }
  t.same([...labels.keys()].sort(), [...SCENE_CLASSES].sort());
});

t.test('dusk is darker than the light of the labelled set', async (t) => {
  const mean = async (lighting: 'standard' | 'dusk') => {
    const levels = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const { image } = await sceneFrame(3, i * 37, lighting);
        return image.data.reduce((sum, v) => sum + v, 0) / image.data.length;
      }),
    );
    return levels.reduce((sum, v) => sum + v, 0) / levels.length;
  };
  t.ok((await mean('dusk')) < 0.7 * (await mean('standard')));
});

t.test('the nearest neighbour on 16×16 pixels stays below 0.75', { skip: notLong }, async (t) => {
  const small = async (seed: number, label: (typeof SCENE_CLASSES)[number]) => {
    const crop = await cropFrame(await drawSample(seed, label), evaluationCrop(64));
    const raw = { width: 64, height: 64, channels: 3 } as const;
    return sharp(crop, { raw }).resize(16, 16).raw().toBuffer();
  };
  const draw = (from: number, each: number) =>
    Promise.all(
      SCENE_CLASSES.flatMap((label) =>
        Array.from({ length: each }, async (_, i) => ({
          label,
          pixels: await small(from + i, label),
        })),
      ),
    );
  const [known, asked] = [await draw(0, 240), await draw(10_000, 60)];
  const right = asked.filter(({ label, pixels }) => {
    let nearest = { distance: Number.POSITIVE_INFINITY, label: '' };
    for (const candidate of known) {
      let distance = 0;
      for (let i = 0; i < pixels.length && distance < nearest.distance; i++) {
        distance += ((pixels[i] as number) - (candidate.pixels[i] as number)) ** 2;
      }
      if (distance < nearest.distance) nearest = { distance, label: candidate.label };
    }
    return nearest.label === label;
  });
  const accuracy = right.length / asked.length;
  t.ok(accuracy < 0.75, `nearest neighbour: ${accuracy.toFixed(3)}`);
});
