import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, type Manifest, mebibytes, millis, type Sha256, seconds } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { FolderArtifacts } from '../../../../control-plane/src/artifacts/folder-artifacts.ts';
import { EventBus } from '../../../../control-plane/src/events/event-bus.ts';
import { JobBell } from '../../../../control-plane/src/jobs/job-bell.ts';
import { RegistryModels } from '../../../../control-plane/src/jobs/registry-models.ts';
import { TrainerRoster } from '../../../../control-plane/src/jobs/trainer-roster.ts';
import { TrainerService } from '../../../../control-plane/src/jobs/trainer-service.ts';
import { AliasStore } from '../../../../control-plane/src/registry/alias-store.ts';
import { ModelStore } from '../../../../control-plane/src/registry/model-store.ts';
import { TaskStore } from '../../../../control-plane/src/registry/task-store.ts';
import type { DATABASES } from '../../stand/databases.ts';
import { sha256 } from '../../stand/pictures.ts';
import { openJobStores } from './job-stores.ts';
import { digest, plannedJob } from './planned-job.ts';
import { below, CLASSES, lines, testSide } from './test-side.ts';

const { task } = plannedJob();

/**
 * What trainers ask, over real stores, with a model of the task that is registered and good enough
 * for the gate.
 */
export async function openTrainerService(open: (typeof DATABASES)[number]['open'], t: Test) {
  const stores = await openJobStores(open, t);
  const { database, clock, jobs, leases, files } = stores;
  const now = () => clock.now;
  const folder = mkdtempSync(join(tmpdir(), 'desk-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const artifacts = new FolderArtifacts({
    folder,
    time: { earliest: now, latest: now },
    maxBytes: mebibytes(1),
    uploadLife: millis(1000),
    uploads: { count: 9, countOfOne: 9, bytesOfOne: mebibytes(9), givesWayAfter: millis(1000) },
    admit: async () => {},
  });
  await artifacts.start();
  const events = new EventBus({ now });
  const [models, aliases] = [
    new ModelStore({ database, now }),
    new AliasStore({ database, now, events }),
  ];
  await new TaskStore({ database, now, events }).create({ task, classes: CLASSES }, 'a test');
  const samples = testSide(40);
  const model = digest('a');
  const predictions = Buffer.from(lines(samples, { int8: below(2), float32: below(2) }));
  const other = digest('b');
  for (const each of [model, other]) await registerModel(models, each, sha256(predictions));
  const reference = { sha256: sha256(predictions), bytes: bytes(predictions.length) };
  await artifacts.write(reference, [predictions]);
  /** What happens while the gate takes its time. */
  const world = { whileJudging: async () => {}, whileComparing: async () => {} };
  const registry = new RegistryModels({ models, aliases });
  const never = () => Promise.reject(new Error('Nobody asks for it here.'));
  const service = new TrainerService({
    jobs,
    leases,
    files,
    artifacts,
    jobArtifacts: artifacts,
    events,
    bell: new JobBell(),
    roster: new TrainerRoster({ database, now }),
    models: {
      manifest: (...asked) => registry.manifest(...asked),
      makeCandidate: (...asked) => registry.makeCandidate(...asked),
      taskOf: (...asked) => registry.taskOf(...asked),
      async champion(...asked) {
        const champion = await registry.champion(...asked);
        const [, within] = asked;
        if (!within) await world.whileComparing();
        return champion;
      },
    },
    leaseTime: seconds(60),
    data: {
      dataset: never,
      newest: never,
      newLabels: never,
      freeze: never,
      async testSide() {
        await world.whileJudging();
        return samples;
      },
    },
  });
  return { ...stores, events, aliases, service, world, task, model, other };
}

/** As far as the gate looks. */
async function registerModel(models: ModelStore, model: Sha256, predictions: Sha256) {
  const manifest = {
    name: 'parts',
    classes: CLASSES,
    lineage: { dataset: digest('1') },
    metrics: { test: {}, predictions: { sha256: predictions } },
  } as unknown as Manifest;
  const files = [{ path: 'predictions.jsonl', sha256: predictions, bytes: 1 }];
  const announced = { digest: model, task, text: JSON.stringify(manifest), manifest, files };
  await models.announce({ ...announced, signature: null, parent: null, job: null }, 'a test');
  await models.step(model, 'begin');
  await models.step(model, 'pass');
}
