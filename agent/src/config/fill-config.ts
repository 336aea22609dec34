import { resolve } from 'node:path';
import type { TlsPaths } from '@edgeloop/broker-connection';
import { addressesOf } from '@edgeloop/broker-connection';
import {
  type CameraId,
  didYouMean,
  mebibytes,
  parseId,
  parseSize,
  type SlotId,
} from '@edgeloop/protocol';
import { letNoPictureLeave } from '../privacy/let-no-picture-leave.ts';
import { addressMistakes } from './address-mistakes.ts';
import type { CameraConfig, Config, SlotConfig } from './config.ts';
import { durationMistakes } from './duration-limits.ts';
import { durationOr } from './duration-or.ts';
import type { ConfigMistake } from './explain-config.ts';
import { decideMistakes, fillDecide } from './fill-decide.ts';
import { faultMistakes, fillFaults } from './fill-faults.ts';
import { fillHeat, heatMistakes } from './fill-heat.ts';
import { fillHomeAssistant, fillImage, imageMistakes } from './fill-home-assistant.ts';
import { fillLook, lookMistakes } from './fill-look.ts';
import { fillPage, LOOPBACK, pageMistakes } from './fill-page.ts';
import { fillPictures, pictureMistakes } from './fill-pictures.ts';
import { fillSampling, samplingMistakes } from './fill-sampling.ts';
import { fillSource, sourceMistakes } from './fill-source.ts';
import { fillUpdates } from './fill-updates.ts';
import { longEnough } from './frame-interval.ts';
import { isEncrypted } from './is-encrypted.ts';
import type { ConfigFile } from './schema.ts';
import { sizeMistakes } from './size-limits.ts';

type CameraFile = ConfigFile['cameras'][string];

/** What no schema can say: names that refer to one another, thresholds the right way round. */
export function findDisagreements(file: ConfigFile): ConfigMistake[] {
  const slots = Object.keys(file.slots);
  const found: ConfigMistake[] = [
    ...nameMistakes('slots', 'slot', slots),
    ...nameMistakes('cameras', 'camera', Object.keys(file.cameras)),
    ...tlsMistakes(file.broker),
    ...addressMistakes(file),
    ...samplingMistakes(file),
    ...pictureMistakes(file),
    ...pageMistakes(file),
    ...heatMistakes(file),
    ...imageMistakes(file),
    ...durationMistakes(file),
    ...sizeMistakes(file),
  ];
  for (const [id, camera] of Object.entries(file.cameras)) {
    const path = `cameras.${id}`;
    // Of its paths nothing is asked.
    const source = fillSource(camera.source, '/');
    if (!slots.includes(camera.slot)) {
      found.push({
        path: `${path}.slot`,
        message: `${path}.slot: expected one of the slots (${slots.join(', ')}), received "${camera.slot}".${didYouMean(camera.slot, slots)}`,
      });
    }
    found.push(...sourceMistakes(`${path}.source`, camera.source));
    found.push(...faultMistakes(`${path}.faults`, camera.faults, camera.source.kind));
    found.push(...lookMistakes(`${path}.look`, camera.look, fillDecide(camera.decide, source)));
    found.push(...decideMistakes(`${path}.decide`, camera.decide, source));
  }
  return found;
}

export function tlsMistakes({ url, ca, certificate, key }: ConfigFile['broker']): ConfigMistake[] {
  const found: ConfigMistake[] = [];
  if ((certificate === undefined) !== (key === undefined)) {
    const path = certificate === undefined ? 'broker.key' : 'broker.certificate';
    const message = `${path}: expected broker.certificate and broker.key together, received one of them.`;
    found.push({ path, message });
  }
  if ((ca ?? certificate) !== undefined && !addressesOf(url).every(isEncrypted)) {
    const message = `broker.url: expected mqtts:// or wss:// with broker.ca and broker.certificate, received "${url}".`;
    found.push({ path: 'broker.url', message });
  }
  return found;
}

function nameMistakes(
  path: string,
  kind: 'slot' | 'camera',
  names: readonly string[],
): ConfigMistake[] {
  if (names.length === 0) {
    return [{ path, message: `expected at least one ${kind} for ${path}, received none.` }];
  }
  return names.flatMap((name) => {
    try {
      parseId(kind, name);
      return [];
    } catch (error) {
      return [{ path: `${path}.${name}`, message: `${path}: ${(error as Error).message}` }];
    }
  });
}

/** Defaults, units and absolute paths. `file` fits the schema and agrees with itself. */
export function fillConfig(file: ConfigFile, folder: string): Config {
  const { broker, outbox, server, http } = file;
  return letNoPictureLeave({
    site: file.site,
    device: file.device,
    state: resolve(folder, file.state),
    broker: {
      url: broker.url,
      ...(broker.username !== undefined && { username: broker.username }),
      ...(broker.password !== undefined && { password: broker.password }),
      tls: fillTls(broker, folder),
      delivery: broker.delivery ?? 'stored',
      keepalive: durationOr(broker.keepalive, 30_000),
    },
    slots: new Map(
      Object.entries(file.slots).map(([id, slot]) => [id as SlotId, fillSlot(slot, folder)]),
    ),
    cameras: new Map(
      Object.entries(file.cameras).map(([id, camera]) => [
        id as CameraId,
        fillCamera(camera, folder),
      ]),
    ),
    outbox: {
      rows: outbox?.rows ?? 100_000,
      bytes: outbox?.bytes === undefined ? mebibytes(64) : parseSize(outbox.bytes),
      age: durationOr(outbox?.age, 30 * 86_400_000),
    },
    server: server
      ? {
          url: server.url,
          ca: server.ca === undefined ? null : resolve(folder, server.ca),
          password: () => broker.password ?? '',
        }
      : null,
    sampling: fillSampling(file),
    pictures: fillPictures(file),
    image: fillImage(file),
    homeAssistant: fillHomeAssistant(file),
    privacy: { pictures: file.privacy?.pictures ?? 'leave' },
    trustRoot: file.trust === undefined ? null : resolve(folder, file.trust.root),
    updates: fillUpdates(file),
    shadow: { maxCelsius: file.shadow?.maxTemperature ?? 75 },
    head: { fitAt: file.head?.fitAt ?? null },
    heat: fillHeat(file),
    healthInterval: durationOr(file.health?.interval, 30_000),
    configurationTrial: durationOr(file.configuration?.trial, 300_000),
    http: http === 'off' ? null : { host: http?.host ?? LOOPBACK, port: http?.port ?? 9464 },
    page: fillPage(file),
    logLevel: file.log?.level ?? 'info',
  });
}

function fillTls({ ca, certificate, key }: ConfigFile['broker'], folder: string): TlsPaths {
  return {
    ...(ca !== undefined && { ca: resolve(folder, ca) }),
    ...(certificate !== undefined && { certificate: resolve(folder, certificate) }),
    ...(key !== undefined && { key: resolve(folder, key) }),
  };
}

function fillSlot(slot: ConfigFile['slots'][string], folder: string): SlotConfig {
  return {
    package: resolve(folder, slot.package),
    ...(slot.variant !== undefined && { variant: slot.variant }),
    threads: slot.threads ?? 1,
    deadline: durationOr(slot.deadline, 2_000),
  };
}

function fillCamera(camera: CameraFile, folder: string): CameraConfig {
  const source = fillSource(camera.source, folder);
  return {
    slot: camera.slot,
    source,
    decide: fillDecide(camera.decide, source),
    noFrameTimeout: durationOr(camera.noFrameTimeout, longEnough(source, 10_000)),
    faults: fillFaults(camera.faults, source),
    look: fillLook(camera.look),
  };
}
