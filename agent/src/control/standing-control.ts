import { addressesOf } from '@edgeloop/broker-connection';
import type { Millis } from '@edgeloop/protocol';
import type { BrokerConfig } from '../config/config.ts';
import type { Counters } from '../health/counters.ts';
import type { CameraProgress } from '../health/problems.ts';
import type { Uplink } from '../mqtt/uplink.ts';
import { type AgentStanding, STANDING_PATH } from './agent-standing.ts';
import type { ControlHandler } from './control-socket.ts';

interface StandingParts {
  readonly broker: Pick<BrokerConfig, 'url'>;
  readonly uplink: Pick<Uplink, 'problem' | 'away'>;
  readonly pipelines: readonly { readonly progress: CameraProgress }[];
  readonly counters: Pick<Counters, 'cameras'>;
  readonly monotonic: () => Millis;
}

/** What the command line asks of the running agent as a whole. */
export function standingControl(asked: StandingParts): ReadonlyMap<string, ControlHandler> {
  return new Map([[STANDING_PATH, async () => standingOf(asked)]]);
}

function standingOf({
  broker,
  uplink,
  pipelines,
  counters,
  monotonic,
}: StandingParts): AgentStanding {
  const hosts = addressesOf(broker.url).map((address) => new URL(address).host);
  return {
    broker: { hosts, refused: uplink.problem, away: uplink.away },
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
