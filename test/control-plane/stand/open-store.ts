import { openForReading } from '../../../control-plane/src/store/open-database.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { storePlace } from './store-place.ts';

/** A store that is written to and read, in a place of its own. */
export function openStore(t: Parameters<typeof storePlace>[0]) {
  const place = storePlace(t);
  const writer = new StoreWriter(...place);
  const reading = openForReading(...place);
  t.teardown(() => {
    reading.close();
    writer.close();
  });
  return { writer, reading, place };
}
