import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { Images } from './images.ts';
import { RetainedCameras } from './retained-cameras.ts';

/** What a broker keeps of each camera beside its state: its picture. */
export function createImages({ site, device, image, cameras }: Config, log: Logger): Images {
  return new Images({ address: { site, device }, config: image, cameras: showing(cameras), log });
}

/** Who has a broker forget the states and pictures of cameras that have none any more. */
export function createRetained(
  { site, device, image, cameras, state: folder }: Config,
  log: Logger,
): readonly RetainedCameras[] {
  const common = { address: { site, device }, folder, log };
  return [
    new RetainedCameras({ ...common, name: 'state', cameras: [...cameras.keys()] }),
    new RetainedCameras({ ...common, name: 'image', cameras: image ? showing(cameras) : [] }),
  ];
}

const showing = (cameras: Config['cameras']) =>
  [...cameras].flatMap(([id, { decide }]) => (decide.mode === 'occurrence' ? [id] : []));
