import { ProtocolError } from '../errors.ts';
import { type ParsedTopic, parseTopic } from '../topics.ts';

/** The topic, if the table has it; null for any other. */
export function knownTopic(topic: string): ParsedTopic | null {
  try {
    return parseTopic(topic);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
