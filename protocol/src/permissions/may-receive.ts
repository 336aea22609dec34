import {
  type HomeAssistantPrefix,
  mayReceiveFromHomeAssistant,
} from './home-assistant-permissions.ts';
import { knownTopic } from './known-topic.ts';
import { mayRead } from './may-read.ts';
import type { TopicPrincipal } from './topic-principal.ts';

/**
 * Whether a message that a filter matched may be handed to its subscriber. No topic outside of the
 * table may, but for what devices tell Home Assistant below the prefix `homeAssistant`, where there
 * is one.
 */
export function mayReceive(
  principal: TopicPrincipal,
  topic: string,
  homeAssistant: HomeAssistantPrefix = null,
): boolean {
  const known = knownTopic(topic);
  return known === null
    ? mayReceiveFromHomeAssistant(principal, topic, homeAssistant)
    : mayRead(principal, known);
}
