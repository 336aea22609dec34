import { buildTopic, type CameraId, type DeviceAddress } from '@edgeloop/protocol';
import type { Entity } from './discovery.ts';

export interface CameraFacts {
  readonly id: CameraId;
  /** It opens and ends them; false: each frame stands for itself. */
  readonly occurrences: boolean;
  /** There is a topic with its picture. */
  readonly image: boolean;
}

const MEASURED = { platform: 'sensor', state_class: 'measurement', qos: 1 } as const;

/**
 * What one camera is to Home Assistant, by keys `<camera>_…`: camera ids have no `_`.
 * `[…]` in templates and not `.`: of `cam.update` Jinja gives the method of a dictionary. In safe
 * mode `health` has no figures, and what is not there can't be looked into.
 */
export function cameraComponents(
  address: DeviceAddress,
  { id, occurrences, image }: CameraFacts,
): Record<string, Entity> {
  const state_topic = buildTopic('state', { ...address, camera: id });
  const health = buildTopic('health', address);
  const lately = `((value_json['lately'] | default({}))['${id}'] | default({}))`;
  return {
    [`${id}_label`]: {
      platform: 'sensor',
      name: `${id} label`,
      icon: 'mdi:tag',
      state_topic,
      value_template: "{{ value_json['label'] if value_json['label'] is not none else 'nothing' }}",
      json_attributes_topic: state_topic,
      qos: 1,
    },
    [`${id}_score`]: {
      ...MEASURED,
      name: `${id} score`,
      icon: 'mdi:percent',
      unit_of_measurement: '%',
      suggested_display_precision: 0,
      state_topic,
      value_template: "{{ (value_json['score'] * 100) | round(1) }}",
    },
    [`${id}_fps`]: {
      ...MEASURED,
      name: `${id} frame rate`,
      icon: 'mdi:speedometer',
      unit_of_measurement: 'fps',
      suggested_display_precision: 1,
      entity_category: 'diagnostic',
      state_topic: health,
      value_template: `{{ ${lately}['framesPerSecond'] | default(none) }}`,
    },
    [`${id}_latency`]: {
      ...MEASURED,
      name: `${id} inference time`,
      device_class: 'duration',
      unit_of_measurement: 'ms',
      suggested_display_precision: 1,
      entity_category: 'diagnostic',
      state_topic: health,
      value_template: `{{ ${lately}['inferenceMillis'] | default(none) }}`,
    },
    ...(occurrences && {
      [`${id}_occurrence`]: {
        platform: 'binary_sensor',
        name: `${id} occurrence`,
        state_topic,
        value_template: "{{ 'ON' if value_json['occurrence'] else 'OFF' }}",
        qos: 1,
      },
    }),
    ...(image && {
      [`${id}_image`]: {
        platform: 'image',
        name: `${id} image`,
        image_topic: buildTopic('image', { ...address, camera: id }),
        content_type: 'image/jpeg',
      },
    }),
  };
}
