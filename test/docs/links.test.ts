import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ATTRIBUTES = /\b(?:src|href)="([^"]+)"/g;
const LINKS = /\]\(([^)\s]+)\)/g;
const HEADINGS = /^#+ (.+)$/gm;

const written = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...['docs', 'bench', 'packaging', 'systemd', 'test'].flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  ),
];

/** Without what stands in a fence: what looks like a link or a heading there is none. */
const textOf = (file: string) => readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '');

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  const text = heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]|(^|\s)_|_(\s|$)/g, '$1$2');
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

t.test('what the documents link to is there, headings included', async (t) => {
  for (const page of written) {
    const file = resolve(root, page);
    const text = textOf(file);
    for (const [, target = ''] of [...text.matchAll(LINKS), ...text.matchAll(ATTRIBUTES)]) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? file : resolve(dirname(file), path);
      if (!existsSync(linked)) t.fail(`${page}: ${target}: no such file`);
      else if (anchor !== undefined) {
        const anchors = [...textOf(linked).matchAll(HEADINGS)].map(([, text = '']) =>
          anchorOf(text),
        );
        if (!anchors.includes(anchor)) t.fail(`${page}: ${target}: no such heading`);
      }
    }
  }
  t.ok(written.length > 20);
});
