import { join } from 'node:path';
import { millis, seconds } from '@edgeloop/protocol';
import type { AliasStore } from '../registry/alias-store.ts';
import type { ModelStore } from '../registry/model-store.ts';
import type { RolloutRequest } from '../resources/rollout.ts';
import { AssignmentKeys } from '../rollouts/assignments/assignment-keys.ts';
import { AssignmentSigner } from '../rollouts/assignments/assignment-signer.ts';
import { AssignmentStore } from '../rollouts/assignments/assignment-store.ts';
import { slotsSource } from '../rollouts/assignments/slots-source.ts';
import type { EngineParts } from '../rollouts/engine/engine-parts.ts';
import { RolloutEngine } from '../rollouts/engine/rollout-engine.ts';
import { RolloutGates } from '../rollouts/gate-status/rollout-gates.ts';
import { type ConfigurationPort, configurationLane } from '../rollouts/lanes/configuration-lane.ts';
import type { Lane } from '../rollouts/lanes/lane.ts';
import { modelLane } from '../rollouts/lanes/model-lane.ts';
import { StoredMeasures } from '../rollouts/measure/stored-measures.ts';
import type { Cargo } from '../rollouts/plan/plan.ts';
import { previewRollout } from '../rollouts/preview-rollout.ts';
import { RolloutOrders } from '../rollouts/rollout-orders.ts';
import { Rollouts } from '../rollouts/rollouts.ts';
import { FleetReader } from '../rollouts/store/fleet-reader.ts';
import { RolloutReader } from '../rollouts/store/rollout-reader.ts';
import { findTaskIn } from '../samples/find-task.ts';
import type { Context } from './context.ts';

/** What of the context it needs. */
export interface RolloutsContext extends Pick<Context, 'database' | 'events'> {
  readonly config: Pick<Context['config'], 'data' | 'keys'>;
  readonly surroundings: Pick<Context['surroundings'], 'log' | 'now' | 'checkpoint'>;
  readonly lifecycle: Pick<Context['lifecycle'], 'add'>;
  readonly store: Pick<Context['store'], 'read'>;
}

interface Dependencies {
  readonly registry: { readonly models: ModelStore; readonly aliases: AliasStore };
  readonly configurations: ConfigurationPort;
  readonly tell: EngineParts['tell'];
}

/** So long a device has to take an assignment; renewed until it has. */
const ASSIGNMENT_LIFE = millis(7 * 86_400_000);
const TIMES = { tick: seconds(1), linger: millis(20), judge: seconds(10), sweep: seconds(60) };

/** What brings models and configurations to devices. */
export async function openRollouts(
  { config, surroundings, database, store, events, lifecycle }: RolloutsContext,
  { registry, configurations, tell }: Dependencies,
) {
  const { now, log, checkpoint = () => {} } = surroundings;
  const folder = config.keys.folder ?? join(config.data, 'keys');
  const keys = new AssignmentKeys({ folder, onlineKey: config.keys.online });
  await keys.start();
  const signer = new AssignmentSigner({ keys, now, life: ASSIGNMENT_LIFE });
  const assignments = new AssignmentStore({ database, signer, now });
  const laneOf = (cargo: Cargo): Lane => {
    if (cargo.kind === 'model') return modelLane({ ...registry, assignments, keys }, cargo);
    return configurationLane(configurations, cargo.version);
  };
  const engineParts: EngineParts = {
    database,
    assignments,
    laneOf,
    tell,
    events,
    now,
    log,
    checkpoint,
    aliases: registry.aliases,
    measures: new StoredMeasures({ database, store, findTask: findTaskIn(database), now }),
    reader: new RolloutReader(database),
    fleet: new FleetReader(database),
  };
  const engine = new RolloutEngine(engineParts, TIMES);
  const nudge = () => engine.nudge();
  const unsubscribe = events.subscribe(({ kind, subject: { device } }) => {
    if (kind !== 'device.enrolled' || device === undefined) return;
    void assignments
      .forgetTaken(device as never)
      .catch((error: Error) => log.error({ device, error: error.message }, 'assignments'));
  });
  lifecycle.add(unsubscribe);
  return {
    engine,
    rollouts: new Rollouts(engineParts, nudge),
    rolloutOrders: new RolloutOrders(engineParts, nudge),
    rolloutGates: new RolloutGates(engineParts),
    previewRollout: (asked: RolloutRequest) => previewRollout(engineParts, asked),
    slots: slotsSource(assignments),
  };
}
