import { BodyReader } from '../body-reader.ts';
import { isMqttString, isTopicFilter } from '../mqtt-string.ts';
import type { Refusal } from '../refusal.ts';
import { type PacketRules, wholeBody } from './packet-rules.ts';

/** MQTT 3.1.1, 3.8. */
export const SUBSCRIBE_RULES: PacketRules = filterRules((reader) =>
  // [MQTT-3-8.3-4]: the six upper bits are reserved, and there is no QoS 3.
  reader.byte() > 2 ? 'qos-invalid' : null,
);

/** MQTT 3.1.1, 3.10. */
export const UNSUBSCRIBE_RULES: PacketRules = filterRules(() => null);

/** A packet identifier and topic filters, after each of which something may follow. */
function filterRules(judgeRest: (reader: BodyReader) => Refusal | null): PacketRules {
  return {
    headLength: wholeBody,
    judge(_header, bytes, start, end) {
      const reader = new BodyReader(bytes, start, end);
      // [MQTT-2.3.1-1]
      if (reader.word() === 0) return reader.overrun ? 'length-wrong' : 'packet-id-zero';
      // [MQTT-3.8.3-3], [MQTT-3.10.3-2]
      if (reader.left === 0) return 'filters-missing';
      while (reader.left > 0) {
        const filter = reader.field();
        const rest = judgeRest(reader);
        if (reader.overrun) return 'length-wrong';
        if (!isMqttString(bytes, filter.start, filter.end)) return 'string-invalid';
        if (!isTopicFilter(bytes, filter.start, filter.end)) return 'filter-invalid';
        if (rest) return rest;
      }
      return null;
    },
  };
}
