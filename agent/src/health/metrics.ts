import type { Health, UpdateReport, UpdateState } from '@edgeloop/protocol';
import { Counter, Gauge, Registry } from 'prom-client';
import { addInferenceHistogram } from './inference-histogram.ts';

type Labels = Readonly<Record<string, string>>;
const FAILED: ReadonlySet<UpdateState> = new Set(['reverted', 'refused', 'failed']);
const LABELS = ['camera', 'outcome', 'model', 'le', 'label', 'reason', 'slot', 'state', 'fault'];
type Sample = readonly [Labels, number];

/** Where the metrics are read. */
export interface MetricsOf {
  readonly health: () => Health;
  /** To the broker. */
  readonly connected: () => boolean;
  /** Of each slot. */
  readonly updates: () => Readonly<Record<string, UpdateReport>>;
  readonly safeMode: boolean;
}

/** Adds a metric that is read anew at each scrape. */
type Add = (
  Metric: typeof Counter | typeof Gauge,
  name: string,
  help: string,
  read: (health: Health) => readonly Sample[],
) => void;

/** The health message as Prometheus metrics, in base units, read anew at each scrape. */
export function createMetrics({ health, connected, updates, safeMode }: MetricsOf): Registry {
  const registry = new Registry();
  const add = addTo(registry, health);
  addCameras(add);
  addModelProcesses(add);
  addInferenceHistogram(registry, health);
  addOutbox(add);
  addSamples(add);
  addPictures(add);
  addBroker(add, connected);
  addUpdates(add, updates);
  addProcess(add);
  addMachine(add);
  addAgent(add, safeMode);
  return registry;
}

function addTo(registry: Registry, health: () => Health): Add {
  return (Metric, name, help, read) => {
    new Metric({
      name: `edgeloop_agent_${name}`,
      help,
      labelNames: LABELS,
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, value] of read(health())) this.inc(labels, value);
      },
    });
  };
}

function addCameras(add: Add): void {
  add(Counter, 'frames_total', 'Frames by what became of them', ({ cameras }) =>
    Object.entries(cameras).flatMap(
      ([camera, { restarts: _, resting, fault, faults, ...outcomes }]) =>
        Object.entries(outcomes).map(([outcome, value]) => [{ camera, outcome }, value] as const),
    ),
  );
  add(Counter, 'source_restarts_total', 'Restarts of the source', ({ cameras }) =>
    Object.entries(cameras).map(([camera, { restarts }]) => [{ camera }, restarts]),
  );
  add(Counter, 'camera_faults_total', 'How often each fault of a camera began', ({ cameras }) =>
    Object.entries(cameras).flatMap(([camera, { faults = {} }]) =>
      Object.entries(faults).map(([fault, value]) => [{ camera, fault }, value] as const),
    ),
  );
  add(Gauge, 'camera_fault', 'What is wrong with a camera: 1 for its fault', ({ cameras }) =>
    Object.entries(cameras).flatMap(([camera, { fault }]) =>
      fault ? [[{ camera, fault: fault.kind }, 1] as const] : [],
    ),
  );
  add(Gauge, 'camera_resting', 'Whether a camera is off by its schedule', ({ cameras }) =>
    Object.entries(cameras).flatMap(([camera, { resting }]) =>
      resting === undefined ? [] : [[{ camera }, Number(resting)] as const],
    ),
  );
}

function addModelProcesses(add: Add): void {
  add(Counter, 'inference_process_restarts_total', 'Restarts of the model process', ({ models }) =>
    Object.entries(models).map(([model, { processRestarts }]) => [{ model }, processRestarts]),
  );
}

function addOutbox(add: Add): void {
  add(Gauge, 'outbox_rows', 'Rows in the outbox', ({ outbox }) => [[{}, outbox.rows]]);
  add(Gauge, 'outbox_bytes', 'Bytes of the rows', ({ outbox }) => [[{}, outbox.bytes]]);
  add(Counter, 'outbox_evicted_total', 'Rows evicted', ({ outbox }) => [[{}, outbox.evicted]]);
  add(Counter, 'outbox_rejected_total', 'Results that could not be committed', ({ outbox }) => [
    [{}, outbox.rejected],
  ]);
}

function addSamples(add: Add): void {
  add(Counter, 'samples_kept_total', 'Samples kept, by reason', ({ samples }) =>
    Object.entries(samples?.kept ?? {}).map(([reason, value]) => [{ reason }, value]),
  );
  add(Counter, 'samples_total', 'Samples by what became of them', ({ samples }) => {
    const { kept: _, waiting: _now, waitingBytes: _bytes, ...outcomes } = samples ?? {};
    return Object.entries(outcomes).map(([outcome, value]) => [{ outcome }, value as number]);
  });
  add(Gauge, 'samples_waiting', 'Samples on the disk', ({ samples }) =>
    samples ? [[{}, samples.waiting]] : [],
  );
  add(Gauge, 'samples_waiting_bytes', 'Bytes of their pictures', ({ samples }) =>
    samples ? [[{}, samples.waitingBytes]] : [],
  );
}

function addPictures(add: Add): void {
  add(Counter, 'pictures_total', 'Pictures by what became of them', ({ pictures }) => {
    const { bytes: _, ...outcomes } = pictures ?? {};
    return Object.entries(outcomes).map(([outcome, value]) => [{ outcome }, value]);
  });
  add(Counter, 'pictures_sent_bytes_total', 'Bytes of pictures that were sent', ({ pictures }) =>
    pictures ? [[{}, pictures.bytes]] : [],
  );
}

function addBroker(add: Add, connected: () => boolean): void {
  add(Counter, 'broker_connects_total', 'Connections to the broker', ({ connects }) => [
    [{}, connects],
  ]);
  add(Gauge, 'broker_connected', 'Whether there is a connection now', () => [
    [{}, connected() ? 1 : 0],
  ]);
}

function addUpdates(add: Add, updates: () => Readonly<Record<string, UpdateReport>>): void {
  add(Gauge, 'update_state', 'Where the last update of the model is: 1 for its state', () =>
    Object.entries(updates()).map(([slot, { state, model }]) => [{ slot, state, model }, 1]),
  );
  add(Gauge, 'update_failed', 'Whether the last update of the model did not come to run', () =>
    Object.entries(updates()).map(([slot, { state }]) => [{ slot }, FAILED.has(state) ? 1 : 0]),
  );
}

/** The agent itself, without its model processes. */
function addProcess(add: Add): void {
  add(
    Counter,
    'cpu_seconds_total',
    'Processor time of the agent, without its model processes',
    () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    },
  );
  add(
    Gauge,
    'resident_memory_bytes',
    'Resident memory of the agent, without its model processes',
    ({ rssBytes }) => [[{}, rssBytes]],
  );
}

function addMachine(add: Add): void {
  add(Gauge, 'temperature_celsius', 'Of the hottest zone', ({ temperatureCelsius }) =>
    temperatureCelsius === undefined ? [] : [[{}, temperatureCelsius]],
  );
  add(Gauge, 'throttled', 'Whether the machine slows itself down now', ({ throttled }) =>
    throttled === undefined ? [] : [[{}, Number(throttled)]],
  );
  add(Gauge, 'under_voltage', 'Whether it has too little voltage now', ({ throttling }) =>
    throttling ? [[{}, Number(throttling.underVoltage)]] : [],
  );
  add(
    Gauge,
    'clock_synchronized',
    'Whether the clock was set by NTP since the boot',
    ({ clockSynchronized }) =>
      clockSynchronized === undefined ? [] : [[{}, Number(clockSynchronized)]],
  );
  add(
    Gauge,
    'inference_interval_seconds',
    'Least time between two inferences of a camera: above 0 while the device is hot',
    ({ inferenceIntervalMillis = 0 }) => [[{}, inferenceIntervalMillis / 1000]],
  );
  add(Gauge, 'disk_free_bytes', 'On the disk of the folder state', ({ diskFreeBytes }) =>
    diskFreeBytes === undefined ? [] : [[{}, diskFreeBytes]],
  );
}

function addAgent(add: Add, safeMode: boolean): void {
  add(Gauge, 'safe_mode', 'Whether nothing runs, since agent.yaml is wrong', () => [
    [{}, Number(safeMode)],
  ]);
  add(Gauge, 'uptime_seconds', 'Since the agent started', ({ uptimeSeconds }) => [
    [{}, uptimeSeconds],
  ]);
}
