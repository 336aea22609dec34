import type { Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';
import type { ModelStore } from '../../registry/model-store.ts';
import type { AssignmentKeys } from '../assignments/assignment-keys.ts';
import type { AssignmentStore } from '../assignments/assignment-store.ts';
import type { Cargo } from '../plan/plan.ts';
import { hearUpdate } from './hear-update.ts';
import type { Lane } from './lane.ts';

export interface ModelLaneParts {
  readonly models: Pick<ModelStore, 'view'>;
  readonly assignments: AssignmentStore;
  readonly keys: Pick<AssignmentKeys, 'require'>;
}

/** The model of a slot, by signed assignments. */
export function modelLane(
  { models, assignments, keys }: ModelLaneParts,
  { task, slot, model }: Extract<Cargo, { kind: 'model' }>,
): Lane {
  return {
    name: `model/${slot}`,
    wanted: model,
    async check(within) {
      keys.require();
      const view = await models.view(model, within);
      if (view.task === task && view.state === 'registered') return;
      const message = `Expected a registered model of task ${task} to roll out, received ${model}, which is of task ${view.task} and ${view.state}.`;
      throw new ControlPlaneError('CONFLICT', message);
    },
    has({ slots }) {
      const said = slots[slot];
      return said?.model === model && (said.update?.state ?? 'committed') === 'committed';
    },
    async assigned(devices) {
      const held = (await assignments.current(devices)).filter(
        (it) => it.slot === slot && it.purpose === 'active',
      );
      return new Map(held.map((it) => [it.device, it.model]));
    },
    // Models come by rollouts alone.
    setByHand: async () => new Set(),
    lastSaid: async () => null,
    valueOf: ({ slots }) => slots[slot]?.model,
    backTo: (assigned) => assigned,
    hear(told, { slots }) {
      const said = slots[slot];
      return said ? hearUpdate(told, said) : null;
    },
    async prepare(given, rollout) {
      const wanted = given.map(({ device, value, reported: { slots } }) => ({
        device,
        model: value as Sha256,
        seen: Math.max(slots[slot]?.generation ?? 0, slots[slot]?.update?.generation ?? 0),
      }));
      const of = { slot, purpose: 'active', rollout, every: null } as const;
      const rows = await assignments.prepare(wanted, of);
      return {
        generations: new Map(rows.map(({ device, generation }) => [device, generation])),
        store: (trx, devices) =>
          assignments.give(
            trx,
            rows.filter(({ device }) => devices.has(device)),
          ),
      };
    },
  };
}
