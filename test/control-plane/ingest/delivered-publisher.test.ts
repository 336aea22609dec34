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
