import { type Finding, ok, problem } from '@edgeloop/findings';
import type { ApiClient } from '../../client/api-client.ts';
import { why } from '../why.ts';

/** What a control plane says of itself to anybody. */
export interface Health {
  readonly version: string;
  readonly problems: readonly string[];
  /** By its clock, to the second; null: it does not say. */
  readonly date: string | null;
}

const MENDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Start it: edgeloop-control-plane run --data data/. Or name another: --server URL',
  ENOTFOUND: 'Mend the name: --server URL, or edgeloop login --server URL',
  CERT_HAS_EXPIRED: 'Renew its certificate, and start it again',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Use a name that its certificate is for: --server URL',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'ca',
};
const CA = 'Say who signed its certificate: --ca FILE, or edgeloop login --ca FILE';

/**
 * Whether there is a control plane, and what it says is wrong with it.
 * @param broker that is knocked at, too; null: none
 * @returns `health` null: there is none
 */
export async function checkServer(
  api: ApiClient,
  broker: string | null,
): Promise<{ readonly health: Health | null; readonly findings: readonly Finding[] }> {
  try {
    const answer = await api.ask('GET /healthz', { also: 503 });
    const { version, problems } = JSON.parse(await answer.text()) as Omit<Health, 'date'>;
    const health = { version, problems, date: answer.headers.date ?? null };
    const findings = [
      ok('server', `${api.server} answers: version ${version}`),
      ...(problems.length === 0
        ? [ok('health', 'broker, database, disk, keys and clock are well')]
        : problems.map((what) => problem('health', what, mendOf(what, broker)))),
    ];
    return { health, findings };
  } catch (error) {
    const { cause } = error as Error & { cause?: NodeJS.ErrnoException };
    const mend = MENDS[cause?.code ?? ''] ?? 'Look at its log; is --server right?';
    return {
      health: null,
      findings: [problem('server', why(error as Error, api.server), mend === 'ca' ? CA : mend)],
    };
  }
}

/** The control plane says what is wrong; which command looks closer is said here. */
function mendOf(what: string, broker: string | null): string {
  if (/^The clock/.test(what))
    return 'Set it; or, if it is right: edgeloop retention confirm-clock';
  if (/damaged/.test(what)) return 'Put the last backup in its place: edgeloop restore';
  if (/broker|MQTT|connect/i.test(what)) {
    return broker === null
      ? 'Is the broker running? With --broker URL it is looked at from here, too'
      : "Is the broker running? Look at the check of it, and at the control plane's log";
  }
  if (/disk|free|full/i.test(what))
    return 'Make room, or bound what is kept: --retain-age, --retain-bytes';
  if (/key|root|sign/i.test(what)) return 'edgeloop keys show FOLDER, edgeloop keys rotate FOLDER';
  return "Look at the control plane's log";
}
