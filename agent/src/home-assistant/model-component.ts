import { buildTopic, type DeviceAddress, type SlotId, type UpdateState } from '@edgeloop/protocol';
import type { Entity } from './discovery.ts';

/** On its way; in all others it has ended. */
const UNDER_WAY: readonly UpdateState[] = [
  'waiting',
  'downloading',
  'verifying',
  'testing',
  'activating',
  'probation',
];

/**
 * The model of a slot: what runs, and what it was assigned. `sha256:` keeps twelve digits from
 * being compared like a version's number: another model is no older or newer one. It has no
 * command: a device takes signed assignments alone (docs/adr/0019). In safe mode no model runs:
 * what is empty is passed over there, and the last one stays. Source:
 * https://www.home-assistant.io/integrations/update.mqtt/
 */
export function modelComponent(address: DeviceAddress, slot: SlotId): Record<string, Entity> {
  return {
    [`${slot}_model`]: {
      platform: 'update',
      name: `${slot} model`,
      state_topic: buildTopic('reported', address),
      value_template: updateTemplate(slot),
      qos: 1,
    },
  };
}

const updateTemplate = (slot: SlotId) =>
  [
    `{% set slot = value_json['slots']['${slot}'] | default({}) %}`,
    "{% if slot['model'] is defined %}",
    "{% set update = slot['update'] | default({}) %}",
    `{% set moving = update['state'] | default('') in ${pythonList(UNDER_WAY)} %}`,
    "{% set latest = update['model'] | default(slot['model']) %}",
    "{% set got = update['progress'] | default({}) %}",
    "{% set size = got['totalBytes'] | default(0) %}",
    "{{ {'title': slot['name'],",
    "'installed_version': 'sha256:' ~ slot['model'][:12],",
    "'latest_version': 'sha256:' ~ latest[:12],",
    "'in_progress': moving,",
    "'update_percentage': (100 * got['receivedBytes'] / size) | round(0) if moving and size > 0 else none,",
    "'release_summary': (update['reason'] | default({}))['message'] | default('') | truncate(255, true, '…', 0)",
    '} | to_json }}',
    '{%- else -%} {} {%- endif %}',
  ].join(' ');

const pythonList = (texts: readonly string[]) => `[${texts.map((text) => `'${text}'`).join(', ')}]`;
