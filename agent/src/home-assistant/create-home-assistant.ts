import type { Config } from '../config/config.ts';
import type { Surroundings } from '../surroundings.ts';
import { describeDevice } from './describe-device.ts';
import { HomeAssistant } from './home-assistant.ts';

/**
 * Who tells Home Assistant of this device, or has it forgotten where that is switched off.
 * @param onBirth when it has started, and was told
 */
export function createHomeAssistant(
  { site, device, homeAssistant, image, cameras, slots, server, state: folder }: Config,
  { version, random, log }: Pick<Surroundings, 'version' | 'random' | 'log'>,
  onBirth: () => void,
): HomeAssistant {
  const address = { site, device };
  const discovery = describeDevice({
    address,
    version,
    slots: [...slots.keys()],
    cameras: Array.from(cameras, ([id, { decide }]) => {
      const occurrences = decide.mode === 'occurrence';
      return { id, occurrences, image: occurrences && image !== null };
    }),
    // Plain HTTP is on this machine alone: nobody else could open it.
    page: server?.url.startsWith('https:') ? new URL(`/devices/${device}`, server.url).href : null,
  });
  return new HomeAssistant({
    address,
    config: homeAssistant,
    discovery,
    folder,
    onBirth,
    random,
    log,
  });
}
