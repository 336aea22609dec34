import { addressesOf } from '@edgeloop/broker-connection';
import type { Millis } from '@edgeloop/protocol';
import type { BrokerConfig } from '../config/config.ts';
import type { Counters } from '../health/counters.ts';
import type { CameraProgress } from '../health/problems.ts';
import type { Uplink } from '../mqtt/uplink.ts';
import { type AgentStatus, STATUS_PATH } from './agent-status.ts';
import type { ControlHandler } from './control-socket.ts';

interface StatusParts {
  readonly broker: Pick<BrokerConfig, 'url'>;
  readonly uplink: Pick<Uplink, 'problem' | 'lacking' | 'away' | 'unheard'>;
  readonly pipelines: readonly { readonly progress: CameraProgress }[];
  readonly counters: Pick<Counters, 'cameras'>;
  readonly monotonic: () => Millis;
  /** Why health, metrics and the page can't be reached; null: they can, or are off. */
  readonly http: () => string | null;
}

/** What the command line asks of the running agent as a whole. */
export function statusControl(asked: StatusParts): ReadonlyMap<string, ControlHandler> {
  return new Map([[STATUS_PATH, async () => statusOf(asked)]]);
}

function statusOf({
  broker,
  uplink,
  pipelines,
  counters,
  monotonic,
  http,
}: StatusParts): AgentStatus {
  const { problem, lacking } = uplink;
  const hosts = addressesOf(broker.url).map((address) => new URL(address).host);
  return {
    broker: {
      hosts,
      refused: lacking === null ? problem : null,
      lacking,
      away: uplink.away,
      unheard: uplink.unheard,
    },
    http: http(),
    cameras: pipelines.map(({ progress }) => {
      const { id, finished, resting } = progress;
      const { captured = 0, fault } = counters.cameras.get(id) ?? {};
      return {
        id,
        frames: captured,
        state: finished ? 'finished' : resting ? 'resting' : 'running',
        problem: fault?.message ?? stuck(progress, monotonic()),
      };
    }),
  };
}

function stuck(
  { finished, resting, progressAt, patience }: CameraProgress,
  now: Millis,
): string | null {
  const since = now - progressAt;
  if (finished || resting || since <= patience) return null;
  return `no frame was classified for ${Math.round(since / 1000)} s`;
}
