import { readFileSync } from 'node:fs';

interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

const FOLDER = new URL('../../page/', import.meta.url);
const TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'tokens.css': 'text/css; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'cameras.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'words.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** What the page is made of, by path: a few small files beside the program. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  return new Map(
    Object.entries(TYPES).map(([name, type]) => [
      name === 'index.html' ? '/' : `/page/${name}`,
      { type, content: readFileSync(new URL(name, FOLDER)) },
    ]),
  );
}
