import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type DeviceId, parseId, type SiteId } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { AgentError } from '../errors.ts';
import type { Server } from './ask-server.ts';
import { readCredential } from './credential-file.ts';
import { deviceName } from './device-name.ts';

/** Of the command line. */
export interface DeviceOptions {
  readonly server?: string;
  readonly ca?: string;
  readonly device?: string;
  readonly config?: string;
  readonly state?: string;
}

/** Who enrols, and where. */
export interface Enrolling {
  readonly device: DeviceId;
  /** Null: whatever the token is for. */
  readonly site: SiteId | null;
  readonly state: string;
  readonly trustRoot: string | null;
  /** Null: neither option nor file names one. */
  readonly server: Server | null;
  /** Who signed its certificate, PEM file; null: nobody said. */
  readonly ca: string | null;
}

/** What stands in a file that leaves it to the enrolment, until that has said it. */
const LEFT = {
  site: parseId('site', 'left-to-enrolment'),
  server: 'https://left-to-enrolment',
  mqtt: { url: 'mqtts://left-to-enrolment' },
  ca: null,
} as const;

const STATE = './state';

/**
 * Of a device that has enrolled, or whose file says who it is.
 * @throws AgentError `CONFIG_INVALID`; `STATE_UNUSABLE` for a credential that is damaged
 */
export async function deviceOf(options: DeviceOptions): Promise<Enrolling> {
  const { config: path, device, state = STATE } = options;
  if (path === undefined) {
    const enrolled = device ?? readCredential(resolve(state))?.device;
    return fill({ ...options, ...(enrolled && { device: enrolled }) }, null, null);
  }
  const config = await loadConfig(path);
  return fill(options, config, config.site);
}

/**
 * Of a device that may not have enrolled, and whose file may leave it to that who it is: then its
 * name is the one that it had, or follows from the host's. @throws AgentError `CONFIG_INVALID`
 */
export async function newDeviceOf(options: DeviceOptions): Promise<Enrolling> {
  const { config: path } = options;
  if (path === undefined) return fill(options, null, null);
  const config = await loadConfig(path, (state) => ({
    ...LEFT,
    device: parseId('device', options.device ?? nameOf(state)),
  }));
  const server = config.server?.url === LEFT.server ? null : config.server;
  const site = config.site === LEFT.site ? null : config.site;
  return fill(options, { ...config, server }, site);
}

const nameOf = (state: string): string => readCredential(state)?.device ?? deviceName(hostname());

function fill(options: DeviceOptions, config: Config | null, site: SiteId | null): Enrolling {
  const { device: given, ca = null, state = STATE } = options;
  const device = given === undefined ? (config?.device ?? null) : parseId('device', given);
  if (device === null || (config && device !== config.device)) {
    const received = device === null ? 'neither' : `${device} and ${config?.device}`;
    const message = `Expected the name of the device from --device or --config, received ${received}.`;
    throw new AgentError('CONFIG_INVALID', message);
  }
  return {
    device,
    site,
    state: config?.state ?? resolve(state),
    trustRoot: config?.trustRoot ?? null,
    server: serverOf(options, config),
    ca,
  };
}

function serverOf({ server, ca }: DeviceOptions, config: Config | null): Server | null {
  const url = server ?? config?.server?.url;
  return url === undefined ? null : { url, ca: ca ?? config?.server?.ca ?? null };
}
