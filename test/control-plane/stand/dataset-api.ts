import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { bearer, createTestApi } from './test-api.ts';

/** An API, and an operator who brings pictures to its tasks and takes datasets from them. */
export async function openDatasetApi(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const store = new Store(folder);
  await store.start();
  const { app, tokens, tasks, events } = await createTestApi(t, { folder, store });
  t.teardown(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const operator = await bearer(tokens, 'operator');
  const get = (url: string) => app.inject({ url, headers: { authorization: operator } });
  const post = (
    url: string,
    payload: Buffer | object = {},
    type?: string,
    authorization = operator,
  ) =>
    app.inject({
      ...{ method: 'POST', url, payload },
      headers: { authorization, ...(type && { 'content-type': type }) },
    });
  return {
    ...{ folder, tokens, tasks, events, get, post },
    bring: (task: string, zip: Buffer, format = 'imagefolder') =>
      post(`/api/tasks/${task}/import?format=${format}`, zip, 'application/zip'),
    create: (task: string, classes: string[] = []) =>
      tasks.create({ task: task as TaskId, classes }, 'a test'),
  };
}
