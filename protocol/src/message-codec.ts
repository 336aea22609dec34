import { Compile, type Validator } from 'typebox/compile';
import { ProtocolError } from './errors.ts';
import { explainMismatch } from './mismatch.ts';
import { parseJson } from './parse-json.ts';
import { type JsonTopicName, type MessageOf, TOPICS } from './topics.ts';

const validators = new Map<JsonTopicName, Validator>();

/** The JSON payload of a message. */
export function encodeMessage<Name extends JsonTopicName>(
  _name: Name,
  message: MessageOf<Name>,
): string {
  return JSON.stringify(message);
}

/**
 * Parses and validates a payload. Unknown fields are kept and ignored, so that a newer device can
 * say more.
 * @throws ProtocolError `PROTOCOL_MESSAGE_INVALID` with the path, what was expected and what came.
 */
export function decodeMessage<Name extends JsonTopicName>(
  name: Name,
  payload: Uint8Array | string,
): MessageOf<Name> {
  const value = parsePayload(name, payload);
  const validator = validatorOf(name);
  if (!validator.Check(value)) {
    throw new ProtocolError(
      'PROTOCOL_MESSAGE_INVALID',
      `A ${name} message is wrong: ${explainMismatch(TOPICS[name].schema, value)}`,
    );
  }
  return value as MessageOf<Name>;
}

function parsePayload(name: JsonTopicName, payload: Uint8Array | string): unknown {
  const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new ProtocolError(
      'PROTOCOL_MESSAGE_INVALID',
      `Expected JSON for a ${name} message, received ${JSON.stringify(text.slice(0, 80))}.`,
      { cause },
    );
  }
}

function validatorOf(name: JsonTopicName): Validator {
  let validator = validators.get(name);
  if (!validator) {
    validator = Compile(TOPICS[name].schema) as unknown as Validator;
    validators.set(name, validator);
  }
  return validator;
}
