import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from './api-client.ts';
import { checkPort } from './check-port.ts';
import { configureDevice, DEVICES, type DeviceFiles, type DeviceSpec } from './device.ts';
import { StartError } from './errors.ts';
import { freePort } from './free-port.ts';
import { openTask } from './loop/retrain.ts';
import { makeDataFolder } from './make-data-folder.ts';
import { enrolDevice, openViewer, type Viewer } from './membership.ts';
import { rowsSoFar, type Tally, tally, waitForResults } from './once.ts';
import type { ProcessGroup } from './process-group.ts';
import { shellWord } from './shell-word.ts';
import { type StarterModel, starterModel } from './starter-model.ts';

export interface StartOptions {
  readonly data: string;
  /** 0: any free one. */
  readonly port: number;
  readonly mqttPort: number;
  /** Processor cores for training; undefined: all. */
  readonly threads?: number;
  /** Ends by itself when every device has had its results stored. */
  readonly once: boolean;
}

/** Everything that runs, and where. */
export interface Running {
  readonly api: ApiClient;
  readonly apiPort: number;
  readonly mqttPort: number;
  /** Of a token that may do everything. */
  readonly tokenFile: string;
  /** Who may listen. */
  readonly viewer: Viewer;
  readonly model: StarterModel;
  /** For a run that ends by itself. */
  readonly total: Tally | null;
}

/** Results of each device in a run that ends by itself. */
const FRAMES = 100;
const ONLINE_PATIENCE = 30_000;

interface ConfiguredDevice extends DeviceSpec, DeviceFiles {
  /** Rows that its outbox had before. */
  readonly before: number;
}

interface OnlineDevice extends ConfiguredDevice {
  readonly bootId: string;
}

/** Brings up control plane and devices, with the starter model. */
export async function start(
  options: StartOptions,
  group: ProcessGroup,
  say: (text: string) => void,
): Promise<Running> {
  const { data, once } = options;
  await checkPort(options.port, 'the API', '--port');
  await checkPort(options.mqttPort, 'MQTT', '--mqtt-port');
  await makeDataFolder(data);
  const model = await starterModel({ data, group, say, threads: options.threads });
  // The agents' configuration is written before anybody listens.
  const mqttPort = options.mqttPort || (await freePort());
  const port = options.port || (await freePort());
  const settled = { ...options, port, mqttPort };
  const devices = await configureDevices(settled, group, model.folder);
  say('Starting the control plane …');
  const { apiPort, tokenFile } = await startControlPlane(settled, group);
  const api = new ApiClient(apiPort, (await readFile(tokenFile, 'utf8')).trim());
  const viewer = await openViewer(api, data);
  if (!once) await openTask({ api, group }, model);
  say(`Starting ${devices.length} devices …`);
  const online = await startDevices(devices, group, api, say);
  const total = once ? await resultsOf(online, group, api) : null;
  return { api, apiPort, mqttPort, tokenFile, viewer, model, total };
}

function configureDevices(
  { data, port, mqttPort, once }: StartOptions,
  group: ProcessGroup,
  modelFolder: string,
): Promise<ConfiguredDevice[]> {
  const frames = once ? FRAMES : null;
  return Promise.all(
    DEVICES.map(async (spec) => {
      const run = { package: modelFolder, mqttPort, port, frames };
      const files = await configureDevice(data, spec, run);
      return { ...spec, ...files, before: once ? await rowsSoFar(group, files) : 0 };
    }),
  );
}

async function startDevices(
  devices: readonly ConfiguredDevice[],
  group: ProcessGroup,
  api: ApiClient,
  say: (text: string) => void,
): Promise<OnlineDevice[]> {
  await Promise.all(
    devices.map(async ({ device, config, log, state }) => {
      await enrolDevice(group, api, { device, config, state });
      const args = ['run', '--supervised', '--config', config];
      await group.startDaemon(`device ${device}`, 'agent', args, log);
    }),
  );
  return Promise.all(
    devices.map(async (device) => {
      const bootId = await waitOnline(device, group, api);
      say(`${device.device} is online.`);
      return { ...device, bootId };
    }),
  );
}

/** Once all frames of all devices are handled, and the devices have ended. */
async function resultsOf(
  devices: readonly OnlineDevice[],
  group: ProcessGroup,
  api: ApiClient,
): Promise<Tally> {
  const seen = await Promise.all(
    devices.map(async (device) => ({
      ...device,
      view: await waitForResults(api, device.device, FRAMES, device.bootId),
    })),
  );
  await group.stop((name) => name.startsWith('device'));
  const tallies = await Promise.all(seen.map((device) => tally(group, api, device)));
  return tallies.reduce(add);
}

async function startControlPlane({ data, port, mqttPort }: StartOptions, group: ProcessGroup) {
  const args = [
    ...['run', '--data', join(data, 'control-plane')],
    ...['--port', String(port), '--mqtt-port', String(mqttPort)],
  ];
  const log = join(data, 'control-plane.log');
  const line = await group.startDaemon('control plane', 'control-plane', args, log);
  const ready = JSON.parse(line) as { apiPort: number; mqttPort: number; tokenFile: string | null };
  if (ready.tokenFile !== null) return { ...ready, tokenFile: ready.tokenFile };
  const folder = join(data, 'control-plane');
  const message = `Expected the file admin-token in ${folder} with a token that counts, received none: it was revoked, or removed. Make another: edgeloop-control-plane token --data ${shellWord(folder)} --name start > ${shellWord(join(folder, 'admin-token'))}`;
  throw new StartError('TOKEN_MISSING', message);
}

/**
 * @returns the boot id under which it is online; a control plane that has just begun knows nobody
 * to be
 */
async function waitOnline(
  { device, log }: ConfiguredDevice,
  group: ProcessGroup,
  api: ApiClient,
): Promise<string> {
  const deadline = performance.now() + ONLINE_PATIENCE;
  while (performance.now() < deadline) {
    const view = await Promise.race([api.device(device), group.failed]);
    if (view?.state === 'online' && view.bootId) return view.bootId;
    await delay(50);
  }
  throw new StartError('NOT_IN_TIME', `Expected ${device} to connect. Its log says more: ${log}`);
}

function add(a: Tally, b: Tally): Tally {
  return {
    framesCaptured: a.framesCaptured + b.framesCaptured,
    framesClassified: a.framesClassified + b.framesClassified,
    detectionsPublished: a.detectionsPublished + b.detectionsPublished,
    detectionsStored: a.detectionsStored + b.detectionsStored,
    lost: a.lost + b.lost,
  };
}
