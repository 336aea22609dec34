import t from 'tap';
import { openForReading } from '../../../control-plane/src/store/open-database.ts';
import { listScores } from '../../../control-plane/src/store/read/list-scores.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { health } from '../stand/health.ts';
import { storePlace } from '../stand/store-place.ts';
import { record } from './records.ts';

t.test('what devices say of their scores, by their names, at the time of hearing', async (t) => {
  const place = storePlace(t);
  const bootId = '00000000-0000-4000-8000-00000000b007';
  const model = 'a'.repeat(64);
  // Its clock is that of a machine without a battery.
  const told = { ...health({ boot: bootId }), at: '1970-01-01T00:00:07.000Z' };
  const inferenceMillis = { counts: [3], sum: 9 };
  const models = { [model]: { inferenceMillis, scores: { good: [0, 3] }, processRestarts: 0 } };
  const writer = new StoreWriter(...place);
  writer.commit([
    record('health', { ...told, models }, { device: 'pi-2', receivedAt: 2000 }),
    record('health', { ...told, models: {} }, { device: 'pi-1', receivedAt: 1000 }),
    record('status', { state: 'online', bootId }, { device: 'pi-0' }),
  ]);
  writer.close();
  const database = openForReading(...place);
  t.teardown(() => database.close());
  const second = { site: 'works', device: 'pi-2', boot: bootId, at: 2000 };
  t.same(listScores(database, { after: '', limit: 9 }), [
    { site: 'works', device: 'pi-1', boot: bootId, at: 1000, models: {} },
    { ...second, models: { [model]: { good: [0, 3] } } },
  ]);
  t.match(listScores(database, { after: 'pi-1', limit: 9 }), [second]);
  t.equal(listScores(database, { after: '', limit: 1 }).length, 1);
});
