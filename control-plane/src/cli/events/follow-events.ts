import { setTimeout as delay } from 'node:timers/promises';
import { backoffDelay, RECONNECT } from '@edgeloop/protocol/backoff';
import type { ControlPlaneEvent } from '../../events/event-bus.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Query } from '../client/fill-path.ts';
import { isAway } from '../client/retrying.ts';
import { readEventStream } from './read-event-stream.ts';

const GAP = 'The connection was lost: some events may be missing.';

/**
 * What changes, as it changes, for as long as somebody reads. A connection that is lost is made
 * again, and goes on after the last event; the first must succeed.
 * @param say Hears of a gap: the server keeps a thousand events for who was away, and detections
 * only while somebody listens
 * @throws ControlPlaneError
 */
export async function* followEvents(
  api: ApiClient,
  query: Query,
  say: (text: string) => void,
): AsyncGenerator<ControlPlaneEvent> {
  let last: string | null = null;
  let connected = false;
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await api.ask('GET /api/events', {
        query,
        ...(last !== null && { headers: { 'last-event-id': last } }),
      });
      // Of what happened meanwhile nothing is told to who names no event to go on after.
      if (connected && last === null) say(GAP);
      connected = true;
      attempt = 0;
      for await (const { event, id, data } of readEventStream(answer.body)) {
        if (event === 'reset') say(GAP);
        else {
          last = id ?? last;
          yield JSON.parse(data) as ControlPlaneEvent;
        }
      }
    } catch (error) {
      // A body that breaks off is an error of the stream.
      if (api.signal?.aborted || !connected || (isControlPlane(error) && !isAway(error)))
        throw error;
    }
    const wait = backoffDelay(RECONNECT, attempt, Math.random());
    await delay(wait, undefined, { ...(api.signal && { signal: api.signal }) });
  }
}

const isControlPlane = (error: unknown) => (error as Error).name === 'ControlPlaneError';
