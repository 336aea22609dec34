import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/fill-page.ts';

/**
 * The one place where `privacy.pictures: stay` takes effect: the configuration that the agent is
 * built from has nothing left that a picture could leave by. No sample is kept or sent, no last
 * frame, preview or thumbnail, no image over MQTT; what stands in agent.yaml, or is set remotely,
 * of these does not count. The local page shows pictures on the device itself alone. A part that
 * sends pictures is to be built from one of these keys.
 */
export function letNoPictureLeave(config: Config): Config {
  if (config.privacy.pictures === 'leave') return config;
  const { http, page } = config;
  // Whoever sits at the device may look; who looks from elsewhere would take the picture with them.
  const kept = page && { ...page, pictures: http !== null && isLoopback(http.host) };
  return { ...config, sampling: null, pictures: null, image: null, page: kept };
}
