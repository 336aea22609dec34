import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { type Finding, ok, problem, warning } from './finding.ts';

const PATIENCE = 5_000;
const DAY = 86_400_000;
/** Renewals go wrong, and people are on holiday. */
const SOON = 21 * DAY;

interface CertificateOptions {
  /** What it is called in the finding. */
  readonly check: string;
  readonly host: string;
  readonly port: number;
  readonly now: number;
}

/**
 * From when to when the certificate of a listener holds, whoever signed it. Null: it can't be
 * looked at.
 */
export async function checkCertificate(options: CertificateOptions): Promise<Finding | null> {
  const { check, host, port, now } = options;
  const dates = await datesOf(host, port);
  if (!dates) return null;
  const { from, to } = dates;
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const whose = `the certificate of ${host}:${port}`;
  if (now < from) {
    return problem(
      check,
      `${whose} holds from ${day(from)} on`,
      'Set the clock: timedatectl set-ntp true',
    );
  }
  if (now > to) return problem(check, `${whose} ended on ${day(to)}`, 'Renew it');
  const left = Math.floor((to - now) / DAY);
  const what = `${whose} holds until ${day(to)}, ${left} ${left === 1 ? 'day' : 'days'}`;
  return to - now < SOON ? warning(check, what, 'Renew it') : ok(check, what);
}

function datesOf(
  host: string,
  port: number,
): Promise<{ readonly from: number; readonly to: number } | null> {
  return new Promise((resolve) => {
    // What is wrong with it is the point: it is looked at, and trusted with nothing.
    const socket = connect({ host, port, ...nameOf(host), rejectUnauthorized: false }, () => {
      const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
      resolve(to ? { from: Date.parse(from), to: Date.parse(to) } : null);
      socket.destroy();
    });
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.on('error', () => resolve(null));
    socket.on('close', () => resolve(null));
  });
}

/** An address is no name of a server. [RFC 6066, 3] */
const nameOf = (host: string) => (isIP(host) ? {} : { servername: host });
