import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { Images } from './images.ts';

export function createImages(
  { site, device, image, cameras, state: folder }: Config,
  log: Logger,
): Images {
  const showing = [...cameras].flatMap(([id, { decide }]) =>
    decide.mode === 'occurrence' ? [id] : [],
  );
  return new Images({ address: { site, device }, config: image, cameras: showing, folder, log });
}
