import type { TaskId } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { openTestApi } from './open-test-api.ts';
import { bearer } from './test-api.ts';

/** An API, and an operator who brings pictures to its tasks and takes datasets from them. */
export async function openDatasetApi(t: Test) {
  const { app, folder, tokens, tasks, events, audit } = await openTestApi(t);
  const operator = await bearer(tokens, 'operator');
  const get = (url: string) => app.inject({ url, headers: { authorization: operator } });
  const post = (
    url: string,
    payload: Buffer | object = {},
    type?: string,
    authorization = operator,
  ) =>
    app.inject({
      method: 'POST',
      url,
      payload,
      headers: { authorization, ...(type && { 'content-type': type }) },
    });
  return {
    folder,
    tokens,
    tasks,
    events,
    audit,
    get,
    post,
    bring: (task: string, zip: Buffer, format = 'imagefolder') =>
      post(`/api/tasks/${task}/import?format=${format}`, zip, 'application/zip'),
    create: (task: string, classes: string[] = []) =>
      tasks.create({ task: task as TaskId, classes }, 'a test'),
  };
}
