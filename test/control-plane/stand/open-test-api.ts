import type { Test } from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { storePlace } from './store-place.ts';
import { createTestApi } from './test-api.ts';

type TestApiOptions = Omit<Parameters<typeof createTestApi>[1], 'folder' | 'url' | 'store'>;

/**
 * The API over an empty folder and store of its own, which are gone with the test; on the engine
 * that `stand/databases.ts` has.
 */
export async function openTestApi(t: Pick<Test, 'teardown'>, given: TestApiOptions = {}) {
  const [folder, url] = storePlace(t);
  const store = new Store(folder, url);
  await store.start();
  const api = await createTestApi(t, { ...given, folder, url, store });
  t.teardown(() => store.close());
  return { ...api, folder, store };
}
