import t from 'tap';
import { DeliveredPublisher } from '../../../control-plane/src/ingest/delivered-publisher.ts';
import type { Watermark } from '../../../control-plane/src/store/record.ts';

const mark = (device: string, through: number) => ({ device, through }) as Watermark;
const tick = () => new Promise(setImmediate);

t.test('one on its way for each device, then the latest; a lost one is not the end', async (t) => {
  const sent: [string, number, { resolve(): void; reject(error: Error): void }][] = [];
  const publisher = new DeliveredPublisher(
    ({ device, through }) =>
      new Promise((resolve, reject) => sent.push([device, through, { resolve, reject }])),
  );
  publisher.offer([mark('a', 1), mark('b', 1)]);
  publisher.offer([mark('a', 2)]);
  publisher.offer([mark('a', 3)]);
  t.same(
    sent.map(([device, through]) => [device, through]),
    [
      ['a', 1],
      ['b', 1],
    ],
  );
  sent[0]?.[2].reject(new Error('lost'));
  await tick();
  t.same(sent.at(-1)?.slice(0, 2), ['a', 3]);
  sent[2]?.[2].resolve();
  await tick();
  publisher.offer([mark('a', 4)]);
  t.same(sent.at(-1)?.slice(0, 2), ['a', 4]);
});

t.test('that something is to be sent again is said, whatever is true by then', async (t) => {
  const sent: Partial<Watermark>[] = [];
  const taken: (() => void)[] = [];
  const publisher = new DeliveredPublisher(({ through, gap }) => {
    sent.push({ through, gap });
    return new Promise((resolve) => taken.push(resolve));
  });
  const of = (through: number, gap: boolean, stream = 's') =>
    ({ ...mark('a', through), stream, gap }) as Watermark;
  publisher.offer([of(1, false)]);
  publisher.offer([of(1, true)]);
  publisher.offer([of(2, false)]);
  taken[0]?.();
  await tick();
  t.same(sent.at(-1), { through: 2, gap: true });
  publisher.offer([of(2, true)]);
  publisher.offer([of(1, false, 'another')]);
  taken[1]?.();
  await tick();
  t.same(sent.at(-1), { through: 1, gap: false }, 'of another stream nothing is missing');
});

t.test('of many, some are on their way; the others say the latest in their turn', async (t) => {
  const sent: [string, number][] = [];
  const taken: (() => void)[] = [];
  const publisher = new DeliveredPublisher(({ device, through }) => {
    sent.push([device, through]);
    return new Promise((resolve) => taken.push(resolve));
  });
  const marks = (through: number) => Array.from({ length: 100 }, (_, i) => mark(`d${i}`, through));
  publisher.offer(marks(1));
  publisher.offer(marks(2));
  t.ok(sent.length < 100 && sent.every(([, through]) => through === 1));
  while (taken.length > 0) {
    for (const take of taken.splice(0)) take();
    await tick();
  }
  t.equal(new Map(sent).size, 100, 'each had its turn');
  t.same([...new Map(sent).values()], Array(100).fill(2), 'the last that each heard is the latest');
  t.ok(sent.length < 200, 'and not all heard what was true before');
});
