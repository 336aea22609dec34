import { type PacketRules, wholeBody } from './packet-rules.ts';

/** PINGREQ and DISCONNECT: they have no body. */
export const SIGNAL_RULES: PacketRules = { headLength: wholeBody, judge: () => null };
