import { isMqttString, isTopicName } from '../mqtt-string.ts';
import type { PacketRules } from './packet-rules.ts';

const RETAIN_BIT = 1;
const DUP_BIT = 8;

const qosOf = (flags: number) => (flags >> 1) & 3;
const idLength = (flags: number) => (qosOf(flags) > 0 ? 2 : 0);

/** The head is topic and packet identifier; the payload passes unseen. MQTT 3.1.1, 3.3. */
export const PUBLISH_RULES: PacketRules = {
  headLength({ flags, remainingLength }, bytes, start, end) {
    if (end - start < 2) return Math.min(2, remainingLength);
    const topicLength = wordAt(bytes, start);
    return Math.min(2 + topicLength + idLength(flags), remainingLength);
  },

  judge({ flags }, bytes, start, end) {
    // [MQTT-3.3.1-4]
    if (qosOf(flags) === 3) return 'qos-invalid';
    // [MQTT-3.3.1-2]
    if ((flags & ~RETAIN_BIT) === DUP_BIT) return 'flags-invalid';
    if (end - start < 2) return 'length-wrong';
    const topic = start + 2;
    const topicEnd = topic + wordAt(bytes, start);
    if (topicEnd + idLength(flags) !== end) return 'length-wrong';
    if (!isMqttString(bytes, topic, topicEnd)) return 'string-invalid';
    // [MQTT-3.3.2-2], [MQTT-4.7.3-1]
    if (!isTopicName(bytes, topic, topicEnd)) return 'topic-invalid';
    // [MQTT-2.3.1-1]
    if (topicEnd !== end && wordAt(bytes, topicEnd) === 0) return 'packet-id-zero';
    return null;
  },
};

const wordAt = (bytes: Uint8Array, at: number) =>
  (bytes[at] as number) * 256 + (bytes[at + 1] as number);
