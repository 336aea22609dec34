import { type Millis, millis, parseDuration } from '@edgeloop/protocol';
import type { FaultLimits } from '../camera/faults/watch-frame.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { ConfigFile } from './schema.ts';
import type { SourceConfig } from './source-config.ts';

type FaultsFile = ConfigFile['cameras'][string]['faults'];
type SourceKind = SourceConfig['kind'];

/** What replays or draws may show the same picture over and over. */
const isLive = (kind: SourceKind) =>
  kind !== 'directory' && kind !== 'synthetic' && kind !== 'file';

/** Null: not a live camera. */
export function fillFaults(file: FaultsFile, source: SourceConfig): FaultLimits | null {
  if (!isLive(source.kind)) return null;
  const { width, height } = 'width' in source ? source : { width: null, height: null };
  return {
    frozen: limit(file?.frozen, millis(30_000)),
    black: limit(file?.black, millis(60_000)),
    size: width === null || height === null ? null : { width, height },
  };
}

/** What would be ignored in silence. */
export function faultMistakes(path: string, file: FaultsFile, kind: SourceKind): ConfigMistake[] {
  if (file === undefined || isLive(kind)) return [];
  const message = `${path}: expected none for source.kind ${kind}, whose pictures may be anything. Remove it.`;
  return [{ path, message }];
}

function limit(text: string | undefined, otherwise: Millis): Millis | null {
  if (text === 'off') return null;
  return text === undefined ? otherwise : parseDuration(text);
}
