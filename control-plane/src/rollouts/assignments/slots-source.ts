import type { Desired, DeviceId } from '@edgeloop/protocol';
import type { DesiredSource } from '../../desired/desired-source.ts';
import type { AssignmentStore } from './assignment-store.ts';

/** Which models a device may run: what its slots were assigned last. */
export function slotsSource(assignments: Pick<AssignmentStore, 'current'>): DesiredSource {
  return {
    parts: ['slots'],
    async read(devices) {
      const told = new Map<DeviceId, { slots: NonNullable<Desired['slots']> }>();
      for (const { device, slot, purpose, every, assignment } of await assignments.current(
        devices,
      )) {
        const part = told.get(device) ?? { slots: {} };
        told.set(device, part);
        const signed = JSON.parse(assignment);
        part.slots[slot] = {
          ...part.slots[slot],
          ...(purpose === 'active'
            ? { active: signed }
            : { shadow: { assignment: signed, every: every ?? 1 } }),
        };
      }
      return told;
    },
  };
}
