import {
  type Bytes,
  DURATION_PATTERN,
  type Millis,
  parseDuration,
  parseSize,
  SIZE_PATTERN,
} from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';

/** @throws ControlPlaneError `OPTION_INVALID` */
export function duration(text: string): Millis {
  if (new RegExp(DURATION_PATTERN).test(text)) return parseDuration(text);
  const message = `Expected a duration such as 90d, 12h or 5min, received ${JSON.stringify(text)}.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}

/** @throws ControlPlaneError `OPTION_INVALID` */
export function size(text: string): Bytes {
  if (new RegExp(SIZE_PATTERN).test(text)) return parseSize(text);
  const message = `Expected a size such as 512MiB or 20GiB, received ${JSON.stringify(text)}.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}
