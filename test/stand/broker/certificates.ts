import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For tap's `skip`. CI must have it. */
export const opensslMissing =
  process.env.CI !== 'true' && spawnSync('openssl', ['version']).status !== 0 && 'needs openssl';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of its own, with PEM files in a temporary folder. */
export class Certificates {
  readonly #folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  readonly #authority: CertificateFiles;
  #made = 0;

  constructor(name = 'Test authority') {
    this.#authority = this.#create(name, ['-x509', '-days', '2']);
  }

  /** Of the authority. */
  get ca(): string {
    return this.#authority.certificate;
  }

  /** For a server on loopback, or a client of that name. */
  issue(name: string): CertificateFiles {
    const request = this.#create(name, []);
    const signed = join(this.#folder, `${this.#made}.signed.pem`);
    const extensions = join(this.#folder, 'extensions');
    writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    const { certificate, key } = this.#authority;
    execFileSync(
      'openssl',
      [
        ...['x509', '-req', '-days', '2', '-in', request.certificate, '-out', signed],
        ...['-CA', certificate, '-CAkey', key, '-CAcreateserial', '-extfile', extensions],
      ],
      { stdio: 'pipe' },
    );
    return { certificate: signed, key: request.key };
  }

  #create(name: string, flags: readonly string[]): CertificateFiles {
    this.#made += 1;
    const certificate = join(this.#folder, `${this.#made}.pem`);
    const key = join(this.#folder, `${this.#made}.key`);
    execFileSync(
      'openssl',
      [
        ...['req', '-new', ...flags, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
        ...['-nodes', '-subj', `/CN=${name}`, '-keyout', key, '-out', certificate],
      ],
      { stdio: 'pipe' },
    );
    return { certificate, key };
  }
}
