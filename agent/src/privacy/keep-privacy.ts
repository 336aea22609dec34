import type { CameraId, Polygon } from '@edgeloop/protocol';
import type { CameraConfig, Config } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import { letNoPictureLeave } from './let-no-picture-leave.ts';

/**
 * A configuration with what agent.yaml hides hidden as well: remotely one can hide more, never
 * less.
 * @param own of agent.yaml alone
 * @param merged with what was set remotely over it
 * @throws AgentError `CONFIG_UNCHANGEABLE`: what would show a masked camera without its masks
 */
export function keepPrivacy(own: Config, merged: Config): Config {
  const masked = [...own.cameras].filter(([, { look }]) => look.masks.length > 0);
  if (masked.length > 0) requireSameViews(own, merged, masked);
  const cameras = new Map(
    Array.from(merged.cameras, ([id, camera]) => [id, withMasks(own.cameras.get(id), camera)]),
  );
  const pictures = own.privacy.pictures === 'stay' ? 'stay' : merged.privacy.pictures;
  return letNoPictureLeave({ ...merged, cameras, privacy: { pictures } });
}

/** Masks lie where they lay: another source, or another camera, may show what is behind them. */
function requireSameViews(
  own: Config,
  merged: Config,
  masked: readonly (readonly [CameraId, CameraConfig])[],
): void {
  const named = masked.map(([id]) => id).join(', ');
  for (const [id, { source }] of merged.cameras) {
    const before = own.cameras.get(id);
    if (!before) {
      const message = `cameras.${id}: expected no camera beside those of agent.yaml, where ${named} has masks, received one. It might see what they hide.`;
      throw new AgentError('CONFIG_UNCHANGEABLE', message);
    }
    if (!same(before.source, source)) {
      const message = `cameras.${id}.source: expected that of agent.yaml, where ${named} has masks, received another. It might show what they hide.`;
      throw new AgentError('CONFIG_UNCHANGEABLE', message);
    }
  }
}

function withMasks(own: CameraConfig | undefined, camera: CameraConfig): CameraConfig {
  const kept = own?.look.masks ?? [];
  const isKept = (mask: Polygon) => kept.some((one) => same(one, mask));
  const masks = [...kept, ...camera.look.masks.filter((mask) => !isKept(mask))];
  return { ...camera, look: { ...camera.look, masks, ownMasks: kept.length } };
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
