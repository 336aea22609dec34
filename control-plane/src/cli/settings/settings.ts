import { dirname, resolve } from 'node:path';
import { didYouMean } from '@edgeloop/protocol/did-you-mean';
import { ControlPlaneError } from '../../errors.ts';
import type { GlobalOptions } from '../global-options.ts';
import type { Surroundings } from '../surroundings.ts';
import {
  readSettingsFile,
  type ServerSettings,
  type SettingsFile,
  settingsPath,
} from './settings-file.ts';

/** A value, and who said it. */
interface Setting<Value> {
  readonly value: Value;
  /** `--server`, `EDGELOOP_SERVER`, a file, or `default`. */
  readonly from: string;
}

export interface Settings {
  readonly server: Setting<string>;
  readonly token: Setting<string | null>;
  readonly ca: Setting<string | null>;
  /** The file that was read; null: there is none. */
  readonly file: string | null;
  readonly profile: string | null;
}

const DEFAULT_SERVER = 'http://127.0.0.1:8080';

/**
 * What holds: an option before the environment, the environment before the file.
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export async function readSettings(
  options: GlobalOptions,
  surroundings: Pick<Surroundings, 'env' | 'home'>,
): Promise<Settings> {
  const { env } = surroundings;
  const path = settingsPath(options.config, surroundings);
  const file = await readSettingsFile(path);
  if (!file && (options.config ?? env.EDGELOOP_CONFIG) !== undefined) {
    const message = `Expected a settings file in ${path}, received none. edgeloop login writes one.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  const { profile, settings } = profileOf(path, file, profileName(options, env, file));
  const from = profile === null ? path : `${path}, profile ${profile}`;
  return {
    ...resolveSettings(options, env, { settings, from, folder: dirname(path) }),
    file: file && path,
    profile,
  };
}

interface Written {
  readonly settings: ServerSettings;
  /** How a person finds it. */
  readonly from: string;
  /** Paths in it are relative to it. */
  readonly folder: string;
}

/**
 * An option before the environment, the environment before what is written down.
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export function resolveSettings(
  options: GlobalOptions,
  env: Surroundings['env'],
  { settings, from, folder }: Written,
): Pick<Settings, 'server' | 'token' | 'ca'> {
  const pick = (name: keyof ServerSettings): Setting<string | null> => {
    const variable = `EDGELOOP_${name.toUpperCase()}`;
    if (options[name] !== undefined) return { value: options[name], from: `--${name}` };
    // A variable that is set to nothing says nothing.
    if (env[variable]) return { value: env[variable], from: variable };
    const written = settings[name];
    if (written === undefined) return { value: null, from: 'default' };
    return { value: name === 'ca' ? resolve(folder, written) : written, from };
  };
  const { value, from: said } = pick('server');
  const server = { value: value ?? DEFAULT_SERVER, from: said };
  requireUrl(server);
  const token = pick('token');
  if (token.from === from) requireSameServer(server.value, settings.server ?? DEFAULT_SERVER, from);
  return { server, token, ca: pick('ca') };
}

/**
 * An option before the environment, the environment before the file; null: the file has no
 * profiles, or none of them holds.
 */
export function profileName(
  options: GlobalOptions,
  env: Surroundings['env'],
  file: SettingsFile | null,
): string | null {
  return options.profile || env.EDGELOOP_PROFILE || file?.profile || null;
}

function profileOf(
  path: string,
  file: SettingsFile | null,
  name: string | null,
): { readonly profile: string | null; readonly settings: ServerSettings } {
  if (name === null) return { profile: null, settings: file ?? {} };
  const profiles = file?.profiles ?? {};
  const settings = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (settings) return { profile: name, settings };
  const known = Object.keys(profiles);
  const message = `Expected a profile of ${path} (${known.join(', ') || 'it has none'}), received ${name}.${didYouMean(name, known)}`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}

function requireUrl({ value, from }: Setting<string>): void {
  if (/^https?:\/\/./.test(value) && URL.canParse(value)) return;
  const message = `Expected a URL such as https://edgeloop.example for the server (${from}), received ${value}.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}

/** Of what is written down, and of what is asked; without one it is of the default. */
export function isSameServer(asked: string, written = DEFAULT_SERVER): boolean {
  return URL.canParse(written) && new URL(asked).origin === new URL(written).origin;
}

/** A token is written down for one server: another that is named for once must not get it. */
function requireSameServer(asked: string, written: string, from: string): void {
  if (isSameServer(asked, written)) return;
  const message = `Expected --token or EDGELOOP_TOKEN for ${asked}, received none: the token of ${from} is for ${written}.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}
