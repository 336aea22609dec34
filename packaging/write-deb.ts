import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

/**
 * Everything in a package is of one time: the same tree is the same file, wherever and whenever it
 * is built.
 */
const TIME = 1_767_225_600;
const HEADER = 60;

/**
 * A .deb of a tree, whose folder DEBIAN holds control files: what `dpkg-deb --build` would write,
 * with tar and xz alone, which every Linux has. The format: deb(5).
 */
export function writeDeb(stage: string, path: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-deb-'));
  try {
    const archive = (name: string, from: string, ...options: string[]) => {
      const to = join(folder, name);
      run('tar', [...TAR, ...options, `--file=${to}`, `--directory=${from}`, '.'], folder);
      return readFileSync(to);
    };
    const members = [
      member('debian-binary', Buffer.from('2.0\n')),
      member('control.tar.xz', archive('control.tar.xz', join(stage, 'DEBIAN'))),
      member('data.tar.xz', archive('data.tar.xz', stage, '--exclude=./DEBIAN')),
    ];
    writeFileSync(path, Buffer.concat([Buffer.from('!<arch>\n'), ...members]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TAR = [
  ...['--create', '--xz', '--format=gnu', '--sort=name', `--mtime=@${TIME}`],
  ...['--owner=root:0', '--group=root:0'],
];

/** Of an ar archive. Members begin at even offsets. */
function member(name: string, content: Buffer): Buffer {
  const filling = content.length % 2 === 1 ? '\n' : '';
  return Buffer.concat([Buffer.from(header(name, content.length)), content, Buffer.from(filling)]);
}

/** Of a member of an ar archive: name, time, owner, group, mode, size. */
export function header(name: string, size: number): string {
  const fields = [
    ...[name.padEnd(16), String(TIME).padEnd(12), '0'.padEnd(6), '0'.padEnd(6)],
    ...['100644'.padEnd(8), String(size).padEnd(10), '`\n'],
  ];
  const text = fields.join('');
  if (text.length !== HEADER) throw new Error(`Expected a name that fits, received ${name}.`);
  return text;
}
