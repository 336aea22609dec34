import { workerData } from 'node:worker_threads';
import { serveCalls } from '@edgeloop/worker-thread';
import { openForReading } from './open-database.ts';
import { countDevices } from './read/count-devices.ts';
import { countMix } from './read/count-mix.ts';
import { countRunning } from './read/count-running.ts';
import { FleetReader } from './read/fleet/fleet-reader.ts';
import { latestDetection } from './read/latest-detection.ts';
import { listDetections } from './read/list-detections.ts';
import { listDevices } from './read/list-devices.ts';
import { listHealth } from './read/list-health.ts';
import { listRunning } from './read/list-running.ts';
import { listRuns } from './read/list-runs.ts';
import { listScores } from './read/list-scores.ts';
import { listSilent } from './read/list-silent.ts';
import { measureRemoval } from './read/measure-removal.ts';
import { modelTimes } from './read/model-times.ts';
import { readTimeline } from './read/read-timeline.ts';
import { readWave } from './read/read-wave.ts';
import { viewDevice } from './read/view-device.ts';
import type { ReadCalls, StoreWorkerData } from './store-calls.ts';

const { folder, url } = workerData as StoreWorkerData;
const database = openForReading(folder, url);
const fleet = new FleetReader(database);

serveCalls<ReadCalls>(
  {
    listDevices: (query) => listDevices(database, query),
    viewDevice: (device) => viewDevice(database, device),
    listDetections: (query) => listDetections(database, query),
    countMix: (query) => countMix(database, query),
    latestDetection: () => latestDetection(database),
    listSilent: (since) => listSilent(database, since),
    listRunning: (query) => listRunning(database, query),
    countRunning: () => countRunning(database),
    modelTimes: (model) => modelTimes(database, model),
    listScores: (query) => listScores(database, query),
    listRuns: (query) => listRuns(database, query),
    listHealth: (query) => listHealth(database, query),
    readTimeline: (query) => readTimeline(database, query),
    readWave: (query) => readWave(database, query),
    readFleet: (question) => fleet.read(question),
    measureRemoval: (bounds) => measureRemoval(database, bounds),
    usedBytes: () => database.usedBytes(),
    countDevices: () => countDevices(database),
  },
  () => database.close(),
);
