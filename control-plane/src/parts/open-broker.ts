import { seconds } from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import { brokerAccess, type Client } from '../accounts/broker-access.ts';
import { createBroker } from '../broker/create-broker.ts';
import type { EmbeddedBroker } from '../broker/embedded-broker.ts';
import { watchCertificates } from '../broker/watch-certificates.ts';
import { RateLimit } from '../ingest/rate-limit.ts';
import type { Context } from './context.ts';

/** Of a reason: strangers refuse themselves as often as they like. */
const LOG_EVERY = seconds(60);
/** Characters of what a stranger named. */
const SHOWN = 200;

export interface OpenBroker {
  /** Null: it is another process. Serves this process alone until it is opened. */
  readonly broker: EmbeddedBroker<Client> | null;
  readonly brokerUrl: string;
  /** PEM file of who signed its certificate; null: the authorities that Node knows. */
  readonly brokerCa: string | null;
  /** With which ingest hears devices. */
  readonly subscriptionQos: 0 | 1;
  /** Of what it keeps on disk, for `/healthz`; null: all is well. */
  readonly journalProblem: () => string | null;
}

/** The broker that the control plane itself speaks to: its own, or another. */
export async function openBroker(context: Context, admissions: Admissions): Promise<OpenBroker> {
  const { config, surroundings, lifecycle, metrics, time } = context;
  const { log, now } = surroundings;
  if (config.broker.kind === 'external') {
    const { url: brokerUrl, ca: brokerCa } = config.broker;
    return { broker: null, brokerUrl, brokerCa, subscriptionQos: 1, journalProblem: () => null };
  }
  const { listeners } = config.broker;
  const warnings = new RateLimit(LOG_EVERY, now);
  const { broker, problem } = createBroker({
    listeners,
    data: config.data,
    access: brokerAccess(admissions),
    log,
    time,
    onRefused: (reason, { address, client, topic } = {}) => {
      metrics.refused.inc({ reason });
      if (!warnings.mayPass(reason)) return;
      const what = { client: client?.slice(0, SHOWN), topic: topic?.slice(0, SHOWN) };
      log.warn({ reason, address, ...what }, 'the broker refused a client');
    },
    onLoss: (reason) => metrics.brokerLosses.inc({ reason }),
  });
  const brokerUrl = await broker.start();
  lifecycle.add(() => broker.close());
  if (listeners.tls) lifecycle.add(watchCertificates(broker, listeners.tls, log));
  // Our own broker waits for who reads slowly, and keeps nothing for a session that is over:
  // confirming what comes through this process' own loopback would win nothing, and cost a third of
  // the broker's work.
  return { broker, brokerUrl, brokerCa: null, subscriptionQos: 0, journalProblem: problem };
}
