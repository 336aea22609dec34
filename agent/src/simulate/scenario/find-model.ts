import type { Sha256 } from '@edgeloop/protocol';

/** Whether a name is a digest itself. */
export const isDigest = (name: string): name is Sha256 => /^[0-9a-f]{64}$/.test(name);

/** @param name One of `models`, or a digest: checked when the scenario was read. */
export function findModel(models: Readonly<Record<string, Sha256>>, name: string): Sha256 {
  return Object.hasOwn(models, name) ? (models[name] as Sha256) : (name as Sha256);
}
