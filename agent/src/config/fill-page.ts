import type { PageConfig } from './config.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { ConfigFile } from './schema.ts';

export const LOOPBACK = '127.0.0.1';

/** Whether only this machine reaches what listens there. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** On this machine alone the page is there unless it is off; for others only with a password. */
export function fillPage({ http, page }: Pick<ConfigFile, 'http' | 'page'>): PageConfig | null {
  if (http === 'off' || page === 'off') return null;
  if (!page && !isLoopback(http?.host ?? LOOPBACK)) return null;
  return { password: page?.password ?? null, names: page?.names ?? [], pictures: true };
}

export function pageMistakes({ http, page }: ConfigFile): ConfigMistake[] {
  if (!page || page === 'off') return [];
  const wrong = (path: string, message: string) => [{ path, message: `${path}: ${message}` }];
  if (http === 'off') return wrong('page', 'expected http, which it is a part of, received off.');
  const host = http?.host ?? LOOPBACK;
  if (page.password === undefined && !isLoopback(host)) {
    return wrong(
      'page.password',
      `expected a password, since http.host ${host} is reached from other machines, received none.`,
    );
  }
  return [];
}
