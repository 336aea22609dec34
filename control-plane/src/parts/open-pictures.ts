import { join } from 'node:path';
import { type Millis, millis, seconds } from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import { KeyedRate } from '../broker/access/keyed-rate.ts';
import type { ControlPlaneConfig } from '../config.ts';
import { CameraPictures } from '../pictures/camera-pictures.ts';
import { DevicePictures } from '../pictures/device-pictures.ts';
import { OccurrencePictures } from '../pictures/occurrence-pictures.ts';
import { PictureFiles } from '../pictures/picture-files.ts';
import { PictureNews } from '../pictures/picture-news.ts';
import { Retention } from '../retention/retention.ts';
import type { BoundsInForce } from '../retention/retention-bounds.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import type { Context } from './context.ts';

/** What of the context it needs. */
export interface PicturesContext extends Pick<Context, 'database' | 'events' | 'metrics'> {
  readonly time: BoundedTime;
  readonly config: Pick<ControlPlaneConfig, 'data'>;
  readonly retention: BoundsInForce;
  readonly surroundings: Pick<Context['surroundings'], 'log' | 'now'>;
  readonly lifecycle: Pick<Context['lifecycle'], 'add'>;
}

interface Dependencies {
  readonly admissions: Pick<Admissions, 'find'>;
  /** False: the disk is nearly full. */
  readonly mayKeep: () => boolean;
}

/** Of one device: two previews at their fastest, and the rest. */
const PER_DEVICE = { burst: 30, perSecond: 12 };
const REMOVE_EVERY = seconds(60);

const monotonic = (): Millis => millis(performance.now());

/** What devices show: the last frame of each camera, and a thumbnail of each occurrence. */
export async function openPictures(
  {
    config,
    surroundings: { log },
    lifecycle,
    database,
    events,
    metrics,
    time,
    ...of
  }: PicturesContext,
  { admissions, mayKeep }: Dependencies,
) {
  const folder = join(config.data, 'pictures');
  const [frames, thumbnails] = ['cameras', 'occurrences'].map(
    (kind) => new PictureFiles(join(folder, kind)),
  ) as [PictureFiles, PictureFiles];
  await frames.start();
  await thumbnails.start();
  const received = () => time.latest();
  const occurrences = new OccurrencePictures({ database, files: thumbnails, now: received });
  const bounds = () => {
    const { pictureAge: age, pictureBytes: bytes } = of.retention.bounds;
    return { age, bytes };
  };
  const retention = new Retention({
    now: () => time.earliest(),
    log,
    every: REMOVE_EVERY,
    rules: [occurrences.retention(bounds)],
  });
  retention.start();
  lifecycle.add(of.retention.onChange(() => retention.runSoon()));
  lifecycle.add(() => retention.close());
  const news = new PictureNews({ events, monotonic });
  const pictures = new DevicePictures({
    cameras: new CameraPictures(frames),
    occurrences,
    news,
    mayKeep,
    rate: new KeyedRate(PER_DEVICE, monotonic),
    onKept: (kind) => metrics.pictures.inc({ kind }),
    isKnown: (device) => admissions.find(device) !== null,
  });
  return { pictures, news };
}
