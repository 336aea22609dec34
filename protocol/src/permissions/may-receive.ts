import { knownTopic } from './known-topic.ts';
import { mayRead } from './may-read.ts';
import type { TopicPrincipal } from './topic-principal.ts';

/** Whether a message that a filter matched may be handed to its subscriber. No topic outside of the table may. */
export function mayReceive(principal: TopicPrincipal, topic: string): boolean {
  const known = knownTopic(topic);
  return known !== null && mayRead(principal, known);
}
