import { isUtf8 } from 'node:buffer';

const PLUS = 0x2b;
const SLASH = 0x2f;
const HASH = 0x23;

/**
 * Whether the bytes are a string that MQTT allows: UTF-8 without surrogates [MQTT-1.5.3-1] and
 * U+0000 [MQTT-1.5.3-2], nor another control character, at which a receiver may end the connection
 * (1.5.3).
 */
export function isMqttString(bytes: Uint8Array, start: number, end: number): boolean {
  let ascii = true;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte === 0x7f) return false;
    if (byte < 0x80) continue;
    ascii = false;
    // U+0080 to U+009F.
    if (byte === 0xc2 && (bytes[i + 1] as number) < 0xa0) return false;
  }
  return ascii || isUtf8(bytes.subarray(start, end));
}

/**
 * Whether the string names a topic: at least one character [MQTT-4.7.3-1] and no wildcard
 * [MQTT-3.3.2-2].
 */
export function isTopicName(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === PLUS || byte === HASH) return false;
  }
  return end > start;
}

/**
 * Whether the string is a topic filter: at least one character [MQTT-4.7.3-1], `#` only as the last
 * level [MQTT-4.7.1-2], `+` only as a whole level [MQTT-4.7.1-3].
 */
export function isTopicFilter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte !== PLUS && byte !== HASH) continue;
    const begins = i === start || bytes[i - 1] === SLASH;
    const ends = i === end - 1 || (byte === PLUS && bytes[i + 1] === SLASH);
    if (!begins || !ends) return false;
  }
  return end > start;
}
