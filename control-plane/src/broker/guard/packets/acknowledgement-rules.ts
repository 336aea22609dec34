import { type PacketRules, wholeBody } from './packet-rules.ts';

/** PUBACK, PUBREC, PUBREL and PUBCOMP: a packet identifier and nothing else. */
export const ACKNOWLEDGEMENT_RULES: PacketRules = {
  headLength: wholeBody,
  // [MQTT-2.3.1-1]
  judge: (_header, bytes, start) =>
    bytes[start] === 0 && bytes[start + 1] === 0 ? 'packet-id-zero' : null,
};
