import { parseSize } from '@edgeloop/protocol';
import type { ConfigMistake } from './explain-config.ts';
import type { ConfigFile } from './schema.ts';

/**
 * Sizes with which nothing would be kept, or nothing would ever arrive: of an outbox that has no
 * room for a row, and a bandwidth of 0 that was meant as none.
 */
export function sizeMistakes({ outbox, updates, sampling }: ConfigFile): ConfigMistake[] {
  const upload = sampling === 'off' ? undefined : sampling?.upload;
  const sizes = [
    ['outbox.bytes', outbox?.bytes, '64KiB', ''],
    ['updates.bandwidth', updates?.bandwidth, '1KiB', ' Remove it for no limit.'],
    ['sampling.upload.bandwidth', upload?.bandwidth, '1KiB', ' Remove it for no limit.'],
  ] as const;
  return sizes.flatMap(([path, size, least, mend]) => {
    if (size === undefined || parseSize(size) >= parseSize(least)) return [];
    const message = `${path}: expected at least ${least}, received ${size}.${mend}`;
    return [{ path, message }];
  });
}
