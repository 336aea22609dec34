import { bytes } from '@edgeloop/protocol';
import { SampleStore } from '../../../../agent/src/sampling/store/sample-store.ts';
import { pictureBytes, sampleRecord } from '../../../stand/fleet/samples.ts';

/** Keeps samples for ever, and says which, until it is killed. */
const folder = process.argv[2] as string;
const store = new SampleStore({
  folder,
  bounds: { count: 1_000, bytes: bytes(1e9) },
  minFree: bytes(0),
});
await store.open();
for (let number = 1; ; number++) {
  const record = sampleRecord(number, { bytes: 50_000 });
  const outcome = await store.put(record, pictureBytes(number, record.bytes));
  if (outcome === 'kept') process.stdout.write(`${record.sha256}\n`);
}
