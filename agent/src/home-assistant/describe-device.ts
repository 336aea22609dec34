import { buildTopic, type DeviceAddress, type SlotId } from '@edgeloop/protocol';
import { type CameraFacts, cameraComponents } from './camera-components.ts';
import type { Component, Discovery, Entity } from './discovery.ts';
import { headComponent } from './head-component.ts';
import { modelComponent } from './model-component.ts';

/** Of a device, what Home Assistant is told. */
export interface DeviceFacts {
  readonly address: DeviceAddress;
  /** The version of the agent. */
  readonly version: string;
  readonly cameras: readonly CameraFacts[];
  readonly slots: readonly SlotId[];
  /** Where its page in the dashboard is; null: nowhere that another machine could open. */
  readonly page: string | null;
}

/** The discovery payload of a device: every entity hears topics that the device has anyway. */
export function describeDevice({ address, version, cameras, slots, page }: DeviceFacts): Discovery {
  const entities: Record<string, Entity> = Object.assign(
    deviceComponents(address),
    ...cameras.map((camera) => cameraComponents(address, camera)),
    ...slots.map((slot) => modelComponent(address, slot)),
    ...slots.map((slot) => headComponent(address, slot)),
  );
  return {
    device: {
      identifiers: [idOf(address)],
      name: address.device,
      manufacturer: 'Edgeloop',
      model: 'edgeloop-agent',
      sw_version: version,
      ...(page !== null && { configuration_url: page }),
    },
    origin: { name: 'edgeloop-agent', sw_version: version },
    components: Object.fromEntries(
      Object.entries(entities).map(([key, entity]) => [key, complete(address, key, entity)]),
    ),
  };
}

const idOf = ({ device }: DeviceAddress) => `edgeloop_${device}`;

/**
 * Of ids, so that it is the same after a new name; and all but the one that says whether it is
 * online go with the device.
 */
function complete(address: DeviceAddress, key: string, entity: Entity): Component {
  const own = { ...entity, unique_id: `${idOf(address)}_${key}` } as Component;
  if (key === 'online') return own;
  const topic = buildTopic('status', address);
  return { ...own, availability: [{ topic, value_template: '{{ value_json.state }}' }] };
}

function deviceComponents(address: DeviceAddress): Record<string, Entity> {
  return {
    online: {
      platform: 'binary_sensor',
      name: 'Online',
      device_class: 'connectivity',
      entity_category: 'diagnostic',
      state_topic: buildTopic('status', address),
      value_template: "{{ 'ON' if value_json.state == 'online' else 'OFF' }}",
      qos: 1,
    },
    temperature: {
      platform: 'sensor',
      name: 'Temperature',
      device_class: 'temperature',
      unit_of_measurement: '°C',
      state_class: 'measurement',
      entity_category: 'diagnostic',
      state_topic: buildTopic('health', address),
      value_template: '{{ value_json.temperatureCelsius | default(none) }}',
      qos: 1,
    },
  };
}
