import type { DesiredPart, DesiredPartName } from './desired-source.ts';

/** What one source says of one device. */
export interface SourceSays {
  readonly parts: readonly DesiredPartName[];
  /** Undefined: nothing. Null: it does not know yet. */
  readonly says: DesiredPart | undefined | null;
}

/** What a device is told, from what each source says of it. @param before what it was told last */
export function composeDesired(sources: readonly SourceSays[], before: DesiredPart): DesiredPart {
  const composed: Record<string, unknown> = {};
  for (const { parts, says } of sources) {
    const from = says === null ? before : says;
    for (const part of parts) {
      const value = from?.[part];
      if (value !== undefined) composed[part] = value;
    }
  }
  return composed;
}
