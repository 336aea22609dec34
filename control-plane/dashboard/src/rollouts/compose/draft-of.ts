import { type Draft, firstDraft } from './draft.ts';

/** What an address begins: `?task=…&model=…&site=…`, `?version=…`. @param timezone of the reader */
export function draftOf(query: URLSearchParams, timezone: string): Draft {
  const draft = firstDraft(timezone);
  const version = /^[1-9]\d*$/.exec(query.get('version') ?? '')?.[0];
  return {
    ...draft,
    task: query.get('task') ?? draft.task,
    model: query.get('model') ?? draft.model,
    slot: query.get('slot') ?? draft.slot,
    sites: query.get('site') ?? draft.sites,
    tags: query.get('tag') ?? draft.tags,
    ...(version && { kind: 'configuration', version }),
  };
}
