import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { mebibytes } from '@edgeloop/protocol';
import { ZipFile } from 'yazl';
import { openZip } from '../../../control-plane/src/datasets/import/open-zip.ts';

/** A zip of files by path. */
export function zipOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path);
  zip.end();
  return buffer(zip.outputStream as Readable);
}

/** Its files by path, in the order of their paths. */
export async function unzip(content: Uint8Array): Promise<Map<string, Buffer>> {
  const folder = mkdtempSync(join(tmpdir(), 'unzip-'));
  try {
    const path = join(folder, 'a.zip');
    writeFileSync(path, content);
    const zip = await openZip(path, { entries: 10_000, bytes: mebibytes(100), ratio: 1000 });
    const files = new Map<string, Buffer>();
    for (const entry of zip.entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
      files.set(entry.path, await entry.read());
    }
    zip.close();
    return files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
