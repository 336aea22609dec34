import Type, { type TProperties } from 'typebox';

/**
 * What Home Assistant leaves out it leaves out in silence: a key that it does not document is a
 * mistake of ours.
 */
const Strict = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
const Text = Type.String({ minLength: 1 });
/** No wildcard: it is published to, or heard as it stands. */
const Topic = Type.String({ pattern: '^[^+#$/][^+#]*$' });
const Template = Type.String({ pattern: '\\{\\{.+\\}\\}' });
const Qos = Type.Integer({ minimum: 0, maximum: 2 });

/** https://www.home-assistant.io/integrations/mqtt/#using-availability-topics */
const Availability = Type.Array(
  Strict({
    topic: Topic,
    value_template: Type.Optional(Template),
    payload_available: Type.Optional(Text),
    payload_not_available: Type.Optional(Text),
  }),
  { minItems: 1 },
);

/** What each entity takes that is discovered with its device: `unique_id` is required there. */
const ENTITY = {
  unique_id: Text,
  name: Text,
  availability: Type.Optional(Availability),
  availability_mode: Type.Optional(Type.Enum(['all', 'any', 'latest'])),
  entity_category: Type.Optional(Type.Enum(['diagnostic', 'config'])),
  icon: Type.Optional(Type.String({ pattern: '^mdi:[a-z-]+$' })),
  json_attributes_topic: Type.Optional(Topic),
  json_attributes_template: Type.Optional(Template),
};

/**
 * https://www.home-assistant.io/integrations/sensor.mqtt/ and, for units,
 * /integrations/sensor/#device-class
 */
const SENSOR = {
  ...ENTITY,
  platform: Type.Literal('sensor'),
  state_topic: Topic,
  value_template: Type.Optional(Template),
  state_class: Type.Optional(Type.Enum(['measurement', 'total', 'total_increasing'])),
  suggested_display_precision: Type.Optional(Type.Integer({ minimum: 0 })),
  expire_after: Type.Optional(Type.Integer({ minimum: 1 })),
  qos: Type.Optional(Qos),
};
const Sensor = Type.Union([
  Strict({ ...SENSOR, unit_of_measurement: Type.Optional(Text) }),
  Strict({
    ...SENSOR,
    device_class: Type.Literal('temperature'),
    unit_of_measurement: Type.Enum(['°C', '°F', 'K']),
  }),
  Strict({
    ...SENSOR,
    device_class: Type.Literal('duration'),
    unit_of_measurement: Type.Enum(['d', 'h', 'min', 's', 'ms', 'µs']),
  }),
]);

/** https://www.home-assistant.io/integrations/binary_sensor.mqtt/ */
const BinarySensor = Strict({
  ...ENTITY,
  platform: Type.Literal('binary_sensor'),
  state_topic: Topic,
  value_template: Type.Optional(Template),
  payload_on: Type.Optional(Text),
  payload_off: Type.Optional(Text),
  device_class: Type.Optional(Type.Enum(['connectivity', 'occupancy', 'problem', 'running'])),
  qos: Type.Optional(Qos),
});

/**
 * https://www.home-assistant.io/integrations/image.mqtt/: a topic of pictures or one of addresses,
 * and no `qos`
 */
const Image = Strict({
  ...ENTITY,
  platform: Type.Literal('image'),
  image_topic: Topic,
  content_type: Type.Optional(Type.Enum(['image/jpeg', 'image/png', 'image/webp'])),
});

/**
 * https://www.home-assistant.io/integrations/update.mqtt/: with `command_topic` it can install, and
 * then says by which word
 */
const UPDATE = {
  ...ENTITY,
  platform: Type.Literal('update'),
  state_topic: Topic,
  value_template: Type.Optional(Template),
  title: Type.Optional(Text),
  release_url: Type.Optional(Text),
  qos: Type.Optional(Qos),
};
const Update = Type.Union([
  Strict(UPDATE),
  Strict({ ...UPDATE, command_topic: Topic, payload_install: Text }),
]);

/** What a payload of `state_topic` must be, or what its template makes of it. Same page. */
export const UpdatePayload = Strict({
  installed_version: Text,
  latest_version: Text,
  title: Type.Optional(Text),
  release_summary: Type.Optional(Type.String({ maxLength: 255 })),
  in_progress: Type.Optional(Type.Boolean()),
  update_percentage: Type.Optional(
    Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()]),
  ),
});

/**
 * A payload of device discovery, of those options that we use: device and origin are required, a
 * device has an identifier, an origin a name, each component its platform. One that is removed has
 * nothing else.
 * https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
 */
export const DiscoveryPayload = Strict({
  device: Strict({
    identifiers: Type.Array(Text, { minItems: 1 }),
    name: Type.Optional(Text),
    manufacturer: Type.Optional(Text),
    model: Type.Optional(Text),
    sw_version: Type.Optional(Text),
    configuration_url: Type.Optional(Type.String({ pattern: '^(https?|homeassistant)://' })),
  }),
  origin: Strict({
    name: Text,
    sw_version: Type.Optional(Text),
    support_url: Type.Optional(Type.String({ pattern: '^https?://' })),
  }),
  components: Type.Record(
    Type.String(),
    Type.Union([
      Sensor,
      BinarySensor,
      Image,
      Update,
      Strict({ platform: Type.Enum(['sensor', 'binary_sensor', 'image', 'update']) }),
    ]),
  ),
});
