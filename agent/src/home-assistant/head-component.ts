import { buildTopic, type DeviceAddress, type SlotId } from '@edgeloop/protocol';
import type { Entity } from './discovery.ts';

/**
 * Whether a head that was tuned on the device decides in a slot, as model and head, and how it was
 * tested. Beside the `update` entity and not in its versions: tuned or not, it is the same model
 * that was assigned, and none newer waits.
 */
export function headComponent(address: DeviceAddress, slot: SlotId): Record<string, Entity> {
  const topic = buildTopic('reported', address);
  return {
    [`${slot}_head`]: {
      platform: 'sensor',
      name: `${slot} head`,
      icon: 'mdi:tune',
      entity_category: 'diagnostic',
      state_topic: topic,
      value_template: `${setSlot(slot)}{{ ${STATE} }}`,
      json_attributes_topic: topic,
      json_attributes_template: attributesTemplate(slot),
      qos: 1,
    },
  };
}

/** In safe mode no model runs. */
const STATE =
  "none if slot['model'] is not defined else 'sha256:' ~ slot['model'][:12] ~ '+' ~ slot['head']['digest'][:12] if slot['head'] is defined else 'own'";

const setSlot = (slot: SlotId) => `{% set slot = value_json['slots']['${slot}'] | default({}) %}`;

/**
 * Whole digests, and of the pictures that it was tested on, how many were right by it, and by the
 * model's own.
 */
const attributesTemplate = (slot: SlotId) =>
  [
    setSlot(slot),
    "{% set head = slot['head'] | default({}) %}",
    "{% set tested = head['heldOut'] | default({}) %}",
    "{{ {'model': slot['model'] | default(none),",
    "'head': head['digest'] | default(none),",
    "'fitted_at': head['fittedAt'] | default(none),",
    "'labelled': head['labelled'] | default(none),",
    "'held_out': tested['pictures'] | default(none),",
    "'right': tested['right'] | default(none),",
    "'right_before': tested['rightBefore'] | default(none),",
    "'problem': (slot['headProblem'] | default({}))['message'] | default(none)",
    '} | to_json }}',
  ].join(' ');
