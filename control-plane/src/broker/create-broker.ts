import { seconds } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Access, Identity } from './access/access.ts';
import {
  type BrokerListeners,
  EmbeddedBroker,
  type EmbeddedBrokerOptions,
} from './embedded-broker.ts';
import { PACKET_LIMITS } from './guard/packet-limits.ts';
import { FileJournal, NO_JOURNAL } from './persistence/journal.ts';

interface BrokerParts<Who extends Identity>
  extends Pick<EmbeddedBrokerOptions<Who>, 'onRefused' | 'onLoss' | 'time'> {
  readonly listeners: BrokerListeners;
  /** The folder of `broker.sqlite`; null: what it keeps is gone when it ends. */
  readonly data: string | null;
  readonly access: Access<Who>;
  readonly log: Logger;
}

export interface CreatedBroker<Who extends Identity> {
  readonly broker: EmbeddedBroker<Who>;
  /**
   * For `/healthz`: why retained messages and sessions are not written at the moment; null: they
   * are.
   */
  readonly problem: () => string | null;
}

/** A fleet of 10,000, of which many come back before their old connections are known to be gone. */
const MAX_CONNECTIONS = 20_000;

/** A broker as it runs in earnest. */
export function createBroker<Who extends Identity>(parts: BrokerParts<Who>): CreatedBroker<Who> {
  const { data, log, ...options } = parts;
  let problem: string | null = null;
  const onProblem = (now: string | null) => {
    if (now !== problem) log.warn({ problem: now }, 'broker.sqlite');
    problem = now;
  };
  const onDamage = (movedTo: string) =>
    log.error({ movedTo }, 'broker.sqlite was damaged: moved aside, a new one begins');
  const broker = new EmbeddedBroker<Who>({
    ...options,
    journal: data === null ? NO_JOURNAL : new FileJournal(data, onProblem, onDamage),
    limits: PACKET_LIMITS,
    maxConnections: MAX_CONNECTIONS,
    connectTimeout: seconds(10),
    drainTimeout: seconds(10),
  });
  const inWords = () =>
    problem && `The broker's sessions and retained messages are not written: ${problem}`;
  return { broker, problem: inWords };
}
