import { type Command, InvalidArgumentError } from 'commander';
import type { ApiClient, ApiRequest } from './api-client.ts';
import type { Route } from './fill-path.ts';

export interface PageOptions {
  readonly limit: number;
  readonly cursor?: string;
}

/** The API gives no more at once. */
const LARGEST_PAGE = 1000;

/** `--limit` and `--cursor` of a list. */
export function withPaging(command: Command): Command {
  return command
    .option('--limit <n>', 'so many at most; all: every one', limit, 100)
    .option('--cursor <cursor>', 'go on where an answer with --json ended: its next');
}

interface Page {
  readonly next: string | null;
}

/**
 * Pages of a list, up to a limit.
 * @param key Under which a page has its rows.
 * @returns as one page: `next` goes on where the limit ended it
 */
export async function collectPages<Found extends Page>(
  api: ApiClient,
  route: Route,
  key: Exclude<keyof Found, 'next'> & string,
  { limit, cursor, ...request }: ApiRequest & PageOptions,
): Promise<Found> {
  const rows: unknown[] = [];
  let next: string | null = cursor ?? null;
  for (;;) {
    const asked = Math.min(LARGEST_PAGE, limit - rows.length);
    const before = next;
    const query = { ...request.query, limit: asked, cursor: before };
    const page: Found = await api.askJson<Found>(route, { ...request, query });
    const brought = page[key] as readonly unknown[];
    rows.push(...brought);
    next = page.next;
    // A page may be short before the end. A list that always names a next, for what comes later,
    // ends where it names the same again.
    const ended = next === null || next === before || rows.length >= limit;
    if (ended) return { ...page, [key]: rows, next };
  }
}

function limit(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 on, or all.');
}
