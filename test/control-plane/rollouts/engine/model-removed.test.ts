import t from 'tap';
import { ModelRemoval } from '../../../../control-plane/src/registry/model-removal.ts';
import { DATABASES } from '../../stand/databases.ts';
import { NEW } from '../stand/models.ts';
import { orderedFleet } from '../stand/ordered-fleet.ts';

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: a model either goes, or is rolled out`, async (t) => {
    const { database, begin, events } = await orderedFleet(t, open);
    const removal = new ModelRemoval({
      database,
      events,
      store: { read: async () => [] as never },
      artifacts: { giveUp: async () => {}, remove: async () => {} },
    });
    const [begun, removed] = await Promise.allSettled([begin(), removal.remove(NEW)]);
    if (begun.status === 'fulfilled') {
      t.match(removed, { reason: { code: 'CONFLICT', message: begun.value } });
    } else t.match([begun, removed], [{ reason: { code: 'NOT_FOUND' } }, { status: 'fulfilled' }]);
  });
}
