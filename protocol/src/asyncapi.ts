import { TOPICS, type TopicName } from './topics.ts';

/**
 * The AsyncAPI 3.0 document of every topic, from the table that the builder, the parser and the
 * validators come from. Operations are named from the side of a subscriber: it receives what
 * devices and the control plane send.
 * (https://www.asyncapi.com/docs/reference/specification/v3.0.0)
 */
export function asyncApiDocument(version: string): Record<string, unknown> {
  const names = Object.keys(TOPICS) as TopicName[];
  const perTopic = (make: (name: TopicName) => unknown) =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Edgeloop over MQTT',
      version,
      description:
        'Topics below edgeloop/v1/<site>/<device>/. Unknown fields are to be ignored; another major has another prefix. The version of this document is that of the control plane which serves it.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: perTopic(channel),
    operations: perTopic((name) => ({
      action: 'receive',
      channel: { $ref: `#/channels/${name}` },
      summary: TOPICS[name].summary,
      bindings: { mqtt: { qos: TOPICS[name].qos, bindingVersion: '0.2.0' } },
    })),
    components: {
      messages: perTopic((name) => ({
        name,
        summary: `${TOPICS[name].summary} (from the ${TOPICS[name].from}${TOPICS[name].retained ? ', retained' : ''})`,
        ...(name === 'image' && { contentType: 'image/jpeg' }),
        payload: TOPICS[name].schema,
      })),
    },
  };
}

const SUFFIX = {
  camera: 'Camera id',
  command: 'What is to be done: snapshot, preview, restart, logs',
  commandId: 'Id of the command, a UUID',
} as const;

function channel(name: TopicName): unknown {
  const { per } = TOPICS[name];
  return {
    address: `edgeloop/v1/{site}/{device}/${name}${per ? `/{${per}}` : ''}`,
    parameters: {
      site: { description: 'Site id' },
      device: { description: 'Device id' },
      ...(per && { [per]: { description: SUFFIX[per] } }),
    },
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
  };
}
