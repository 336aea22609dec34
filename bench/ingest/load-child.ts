import { setTimeout as delay } from 'node:timers/promises';
import { serveRequests } from '@edgeloop/onnx';
import { quantile } from '../measure.ts';
import { LoadClient } from './load-client.ts';
import { LoadDevice } from './load-device.ts';
import type { LoadAnswer, LoadedDevice, LoadRequest } from './load-messages.ts';

/** The last results may take so long. */
const DRAIN_MILLIS = 120_000;
/** What comes in this time fills the windows. */
const WARM_UP_MILLIS = 2_000;
/** 160 connections a second: a broker of ours lets an address come back 200 times in one. */
const AT_ONCE = 40;
const PAUSE_MILLIS = 250;

interface Fleet {
  readonly devices: LoadDevice[];
  heard: number;
}

const fleets = new Map<string, Fleet>();

serveRequests(async (message) => {
  const request = message as LoadRequest;
  if (request.kind === 'connect') return connect(request);
  if (request.kind === 'idle') return connectIdle(request);
  const fleet = fleets.get(request.fleet) as Fleet;
  return request.kind === 'full'
    ? measure(fleet, request.seconds, () => full(fleet))
    : measure(fleet, request.seconds, () => paced(fleet, request.rate));
});

async function connect(request: Extract<LoadRequest, { kind: 'connect' }>): Promise<null> {
  const { port, devices } = request;
  const fleet: Fleet = { devices: [], heard: 0 };
  fleets.set(request.fleet, fleet);
  const bare = request.fleet === 'bare';
  if (bare) {
    const subscriber = await LoadClient.connect(port, { clientId: 'subscriber' }, [
      'edgeloop/v1/+/+/detections/+',
    ]);
    subscriber.onPacket = ({ type }) => {
      if (type === 3) fleet.heard += 1;
    };
  }
  await forAll(devices, async ({ login, prefix }) => {
    const filters = bare ? [] : [`${prefix}/delivered`];
    const client = await LoadClient.connect(port, login, filters);
    fleet.devices.push(new LoadDevice(client, prefix, bare ? 'puback' : 'delivered'));
  });
  return null;
}

async function connectIdle(request: Extract<LoadRequest, { kind: 'idle' }>): Promise<null> {
  await forAll(request.devices, async ({ login, prefix }) => {
    const filters = ['desired', 'delivered', 'cmd/+', 'status'].map((name) => `${prefix}/${name}`);
    await LoadClient.connect(request.port, login, filters);
  });
  return null;
}

async function forAll(
  devices: readonly LoadedDevice[],
  work: (device: LoadedDevice) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < devices.length; at += AT_ONCE) {
    await Promise.all([...devices.slice(at, at + AT_ONCE).map(work), delay(PAUSE_MILLIS)]);
  }
}

/** @param begin Starts the load. @returns what ends it */
async function measure(
  fleet: Fleet,
  seconds: number,
  begin: () => () => void,
): Promise<LoadAnswer> {
  let confirmed = 0;
  let ages: number[] = [];
  for (const device of fleet.devices) {
    device.onConfirmed = (count) => {
      confirmed += count;
    };
    device.onAge = (millis) => ages.push(millis);
  }
  const end = begin();
  await delay(WARM_UP_MILLIS);
  confirmed = 0;
  ages = [];
  fleet.heard = 0;
  const begun = performance.now();
  await delay(seconds * 1000);
  const passed = (performance.now() - begun) / 1000;
  const rates = { confirmed: confirmed / passed, heard: fleet.heard / passed };
  end();
  const patience = performance.now() + DRAIN_MILLIS;
  while (fleet.devices.some(({ inFlight }) => inFlight > 0)) {
    if (performance.now() > patience) throw new Error('results were never confirmed');
    await delay(50);
  }
  const [median, p99, most] = [0.5, 0.99, 1].map((share) => quantile(ages, share));
  return { ...rates, age: { median: median!, p99: p99!, most: most! } };
}

function full({ devices }: Fleet): () => void {
  for (const device of devices) device.run();
  return () => {
    for (const device of devices) device.rest();
  };
}

function paced({ devices }: Fleet, rate: number): () => void {
  const begun = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - begun) * rate) / 1000; sent < due; sent++) {
      devices[sent % devices.length]?.sendOne();
    }
  }, 2);
  return () => clearInterval(timer);
}
