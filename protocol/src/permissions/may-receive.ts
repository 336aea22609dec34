import { type HousePrefix, mayReceiveOfHouse } from './house-permissions.ts';
import { knownTopic } from './known-topic.ts';
import { mayRead } from './may-read.ts';
import type { TopicPrincipal } from './topic-principal.ts';

/**
 * Whether a message that a filter matched may be handed to its subscriber. No topic outside of the table may, but for what
 * devices tell Home Assistant below the prefix `house`, where there is one.
 */
export function mayReceive(
  principal: TopicPrincipal,
  topic: string,
  house: HousePrefix = null,
): boolean {
  const known = knownTopic(topic);
  return known === null ? mayReceiveOfHouse(principal, topic, house) : mayRead(principal, known);
}
