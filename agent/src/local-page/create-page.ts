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
  const { password, pictures } = page;
  return new LocalPage({ ...parts, password, pictures, names: [...new Set(names)] });
}
