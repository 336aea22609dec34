import { ProtocolError, parseTopic, TOPICS } from '@edgeloop/protocol';

/**
 * In whose share of what the broker retains a topic counts: that of the device that says it. Null:
 * in nobody's; what the control plane says to a device has room whatever the device does.
 */
export function shareOf(topic: string): string | null {
  try {
    const { name, site, device } = parseTopic(topic);
    return TOPICS[name].from === 'device' ? `${site}/${device}` : null;
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
