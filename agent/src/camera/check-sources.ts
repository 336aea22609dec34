import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraId } from '@edgeloop/protocol';
import type { CameraConfig } from '../config/config.ts';
import type { SourceConfig } from '../config/source-config.ts';
import { AgentError } from '../errors.ts';
import { listPictures } from './list-pictures.ts';

/**
 * Whether what the cameras look at is there now. A run does not ask: a disk may be mounted later,
 * and the source is tried again.
 * @throws AgentError `CONFIG_INVALID` with every mistake, one a line
 */
export async function checkSources(cameras: ReadonlyMap<CameraId, CameraConfig>): Promise<void> {
  const mistakes: string[] = [];
  for (const [id, { source }] of cameras) {
    const mistake = await findMistake(source).catch((error: Error) => error.message);
    if (mistake) mistakes.push(`cameras.${id}.source.path: ${mistake}`);
  }
  if (mistakes.length > 0) throw new AgentError('CONFIG_INVALID', mistakes.join('\n'));
}

async function findMistake(source: SourceConfig): Promise<string | null> {
  if (!('path' in source)) return null;
  const { kind, path } = source;
  const wanted = kind === 'directory' ? 'a folder of JPEG, PNG or WebP pictures' : 'a video file';
  const found = await stat(path).catch((error: Error) => error);
  if (found instanceof Error) {
    return `expected ${wanted}, received ${path}: ${found.message}. A relative path is relative to the configuration's folder.`;
  }
  if (kind === 'directory' ? !found.isDirectory() : !found.isFile()) {
    const received = found.isDirectory() ? 'a folder' : 'no folder';
    return `expected ${wanted}, received ${received}: ${path}. ${kind === 'directory' ? 'For a video use kind: file.' : 'For pictures use kind: directory.'}`;
  }
  const [first] = kind === 'directory' ? await listPictures(path) : [];
  const read = first === undefined ? path : join(path, first);
  return access(read, constants.R_OK).then(
    () => null,
    (error: Error) => `expected ${wanted} that this user may read, received: ${error.message}.`,
  );
}
