import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { createTestApi } from './test-api.ts';

type Given = Omit<Parameters<typeof createTestApi>[1], 'folder' | 'store'>;

/** The API over an empty folder and store of its own, which are gone with the test. */
export async function openTestApi(t: Pick<Test, 'teardown'>, given: Given = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'test-api-'));
  const store = new Store(folder);
  await store.start();
  const api = await createTestApi(t, { ...given, folder, store });
  t.teardown(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...api, folder, store };
}
