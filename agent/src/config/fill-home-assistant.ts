import { DEFAULT_HOME_ASSISTANT_PREFIX } from '@edgeloop/protocol';
import type { HomeAssistantConfig, ImageConfig } from './config.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { ConfigFile } from './schema.ts';

/** A picture of an occurrence needs a camera that has some: what would be ignored in silence. */
export function imageMistakes({ image, cameras }: ConfigFile): ConfigMistake[] {
  const modes = Object.values(cameras).map(({ decide }) => decide?.mode ?? 'occurrence');
  if (image === undefined || modes.includes('occurrence') || modes.length === 0) return [];
  const message =
    'image: expected a camera with decide.mode: occurrence, since it shows occurrences, received only mode: frame. Change a camera, or remove image.';
  return [{ path: 'image', message }];
}

export function fillImage({ image }: ConfigFile): ImageConfig | null {
  return image === undefined ? null : { size: image.size ?? 320, quality: image.quality ?? 70 };
}

export function fillHomeAssistant({ homeAssistant }: ConfigFile): HomeAssistantConfig | null {
  if (homeAssistant === undefined) return null;
  return { prefix: homeAssistant.prefix ?? DEFAULT_HOME_ASSISTANT_PREFIX };
}
