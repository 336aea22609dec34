import { mebibytes, parseDuration, parseSize, type SamplingSettings } from '@edgeloop/protocol';
import { changePlan, DEFAULT_PLAN } from '../sampling/sampling-plan.ts';
import type { SamplingConfig } from './config.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { SamplingFile } from './sampling-schema.ts';
import type { ConfigFile } from './schema.ts';

/** Samples need a server that takes them. */
export function samplingMistakes({ server, sampling }: ConfigFile): ConfigMistake[] {
  if (!server && sampling !== undefined && sampling !== 'off') {
    return [
      {
        path: 'sampling',
        message:
          'sampling: expected server.url, since samples are uploaded by HTTP, received nothing. Name the control plane, or remove sampling.',
      },
    ];
  }
  return [];
}

/** Null: this device keeps no samples. */
export function fillSampling({ server, sampling }: ConfigFile): SamplingConfig | null {
  if (!server || sampling === 'off') return null;
  const { store, upload } = sampling ?? {};
  return {
    plan: changePlan(DEFAULT_PLAN, settingsOf(sampling ?? {})),
    bounds: {
      count: store?.count ?? 500,
      bytes: store?.bytes === undefined ? mebibytes(256) : parseSize(store.bytes),
    },
    minFree: store?.minFree === undefined ? mebibytes(256) : parseSize(store.minFree),
    bandwidth: upload?.bandwidth === undefined ? null : parseSize(upload.bandwidth),
  };
}

/** The part that the control plane may set as well, in its form. */
function settingsOf(file: Exclude<SamplingFile, 'off'>): SamplingSettings {
  const { budgets = {}, cooldown, random, uncertain, rare, changed } = file;
  const { bytesPerDay, ...counts } = budgets;
  return {
    budgets: {
      ...counts,
      ...(bytesPerDay !== undefined && { bytesPerDay: parseSize(bytesPerDay) }),
    },
    ...(cooldown !== undefined && { cooldownMillis: parseDuration(cooldown) }),
    ...(random !== undefined && { random: orNull(random) }),
    ...(uncertain !== undefined && { uncertain: orNull(uncertain) }),
    ...(rare !== undefined && { rare: orNull(rare) }),
    ...(changed !== undefined && { changed: orNull(changed) }),
  };
}

const orNull = <Policy>(policy: Policy | 'off'): Policy | null =>
  policy === 'off' ? null : policy;
