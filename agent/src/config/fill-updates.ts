import { millis, parseDuration, parseSize } from '@edgeloop/protocol';
import { FETCH_LIMITS } from '../update/fetch/fetch-limits.ts';
import type { UpdatesConfig } from './config.ts';
import type { ConfigFile } from './schema.ts';

export function fillUpdates({ updates = {} }: ConfigFile): UpdatesConfig {
  const { maxPackage, minFree, bandwidth, probation, frames = 20 } = updates;
  return {
    packageBytes: maxPackage === undefined ? FETCH_LIMITS.packageBytes : parseSize(maxPackage),
    minFree: minFree === undefined ? FETCH_LIMITS.minFree : parseSize(minFree),
    bandwidth: bandwidth === undefined ? null : parseSize(bandwidth),
    probation: probation === undefined ? millis(120_000) : parseDuration(probation),
    frames,
  };
}
