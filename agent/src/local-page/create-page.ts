import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { LocalPage, type LocalPageOptions } from './local-page.ts';

/** The page of a configuration; null: it has none. */
export function createPage(
  page: Config['page'],
  parts: Pick<LocalPageOptions, 'state' | 'view' | 'monotonic'>,
): LocalPage | null {
  if (!page) return null;
  const own = hostname().toLowerCase();
  const names = ['localhost', own, `${own}.local`, ...page.names];
  return new LocalPage({ ...parts, password: page.password, names: [...new Set(names)] });
}
