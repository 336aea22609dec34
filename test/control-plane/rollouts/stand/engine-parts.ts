import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeviceId,
  type EpochMillis,
  epochMillis,
  millis,
  type Reported,
  type SiteId,
} from '@edgeloop/protocol';
import { createKeyFolder } from '@edgeloop/signing';
import pino from 'pino';
import type { Test } from 'tap';
import type { Database } from '../../../../control-plane/src/database/open-stores.ts';
import { EventBus } from '../../../../control-plane/src/events/event-bus.ts';
import { AliasStore } from '../../../../control-plane/src/registry/alias-store.ts';
import { ModelStore } from '../../../../control-plane/src/registry/model-store.ts';
import { AssignmentKeys } from '../../../../control-plane/src/rollouts/assignments/assignment-keys.ts';
import { AssignmentSigner } from '../../../../control-plane/src/rollouts/assignments/assignment-signer.ts';
import { AssignmentStore } from '../../../../control-plane/src/rollouts/assignments/assignment-store.ts';
import type { EngineParts } from '../../../../control-plane/src/rollouts/engine/engine-parts.ts';
import type { UpdateFigures } from '../../../../control-plane/src/rollouts/gates/wave-figures.ts';
import { configurationLane } from '../../../../control-plane/src/rollouts/lanes/configuration-lane.ts';
import { modelLane } from '../../../../control-plane/src/rollouts/lanes/model-lane.ts';
import { FleetReader } from '../../../../control-plane/src/rollouts/store/fleet-reader.ts';
import { RolloutReader } from '../../../../control-plane/src/rollouts/store/rollout-reader.ts';
import { OLD, registerModels } from './models.ts';

/** A clock that a test sets. */
export interface Clock {
  at: number;
}

/**
 * What configurations devices were assigned: version by device, as the port was told; what a test
 * sets is set by hand.
 */
class AssignedVersions extends Map<DeviceId, number | null> {
  /** Who said so, in the order of saying: of whom nothing is known a person. */
  readonly said: { readonly device: DeviceId; readonly source: string | null }[] = [];

  override set(device: DeviceId, version: number | null, source: string | null = null): this {
    this.said.push({ device, source });
    return super.set(device, version);
  }

  setByHand(devices: readonly DeviceId[], source: string | number | null): Set<DeviceId> {
    const last = (device: DeviceId, by: (source: string | null) => boolean) =>
      this.said.findLastIndex((it) => it.device === device && by(it.source));
    const isSince = (device: DeviceId) => {
      const own = source === null ? -1 : last(device, (it) => it === source);
      const since = own === -1 ? last(device, (it) => it !== null) : own;
      const after = typeof source === 'number' ? source - 1 : -1;
      return last(device, (it) => it === null) > Math.max(since, after);
    };
    return new Set(devices.filter(isSince));
  }
}

/** The parts of an engine over a database with three models; only updates are measured. */
export async function engineParts(t: Pick<Test, 'teardown'>, database: Database, clock: Clock) {
  await registerModels(database);
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const now = (): EpochMillis => epochMillis(clock.at);
  await createKeyFolder(join(folder, 'keys'), {
    issued: epochMillis(0),
    expires: epochMillis(2e12),
  });
  const keys = new AssignmentKeys({ folder: join(folder, 'keys'), onlineKey: null });
  await keys.start();
  const events = new EventBus({ now });
  const signer = new AssignmentSigner({ keys, now, life: millis(7 * 86_400_000) });
  const assignments = new AssignmentStore({ database, signer, now });
  const models = new ModelStore({ database, now });
  const assigned = new AssignedVersions();
  const parts: EngineParts = {
    database,
    assignments,
    events,
    now,
    checkpoint: () => {},
    tell: () => {},
    log: pino({ level: 'silent' }),
    aliases: new AliasStore({ database, now, events }),
    measures: {
      hasBegun: async () => false,
      begin: async () => {},
      forget: async () => {},
      async measureWave(_key, updates: UpdateFigures) {
        return { window: { from: epochMillis(0), to: now() }, updates, wave: [], control: [] };
      },
    },
    reader: new RolloutReader(database),
    fleet: new FleetReader(database),
    laneOf: (cargo) =>
      cargo.kind === 'model'
        ? modelLane({ models, assignments, keys }, cargo)
        : configurationLane(
            {
              requireVersion: async () => {},
              async assigned(devices) {
                return new Map([...assigned].filter(([device]) => devices.includes(device)));
              },
              setByHand: async (devices, source) => assigned.setByHand(devices, source),
              lastSaid: async () => assigned.said.length,
              async assign(_trx, devices, version, source) {
                for (const device of devices) assigned.set(device, version, source);
              },
            },
            cargo.version,
          ),
  };
  return { parts, assigned, events };
}

/** What a device says that it runs; the old model in its slot, and what `more` says over it. */
export async function reports(
  database: Database,
  device: string,
  { slot = {}, ...more }: { readonly slot?: object } & Partial<Reported> = {},
): Promise<void> {
  const reported = JSON.stringify({
    bootId: '00000000-0000-4000-8000-00000000b007',
    agentVersion: '1',
    cameras: {},
    slots: { main: { model: OLD, name: 'old', variant: 'int8', ...slot } },
    ...more,
  });
  await database
    .insertInto('devices')
    .values({
      device: device as DeviceId,
      site: 'works' as SiteId,
      state: 'online',
      state_at: 1,
      first_seen_at: 1,
      last_seen_at: 1,
      reported,
    })
    .onConflict((conflict) => conflict.column('device').doUpdateSet({ reported }))
    .execute();
}
