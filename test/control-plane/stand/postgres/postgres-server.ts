import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { connectPostgres } from '../../../../control-plane/src/database/postgres/connect-postgres.ts';
import type { CertificateFiles } from '../../../stand/broker/certificates.ts';

/** Debian's, by version; a cluster that the package makes by itself is left alone. */
const VERSIONS = '/usr/lib/postgresql';
const [VERSION] = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort().reverse() : [];
export const postgresProgram = (name: string) => join(VERSIONS, VERSION ?? '', 'bin', name);

/** Why a test is left out; false where it runs. */
export const postgresMissing =
  process.env.CI !== 'true' && !existsSync(postgresProgram('postgres')) && 'needs postgresql';

/** Nothing here survives a power cut: what is lost then is a test. */
export const POSTGRES_SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
];

/** Of `pg_hba.conf`: whom the server lets in, and how. Others come over TLS, by a password. */
const ADMISSIONS = `
host    all edgeloop 127.0.0.1/32 trust
hostssl all all      127.0.0.1/32 scram-sha-256
`;

interface Owner {
  uid?: number;
  gid?: number;
}

/** A server of its own, gone with the test. */
export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  /** It does not run as root. */
  readonly #as: Owner;
  readonly #tls: readonly string[];
  #process: ChildProcess | null = null;

  private constructor(folder: string, port: number, as: Owner, tls: readonly string[]) {
    this.#folder = folder;
    this.#port = port;
    this.#as = as;
    this.#tls = tls;
  }

  /** @param certificate null: without TLS, for the superuser `edgeloop` alone */
  static async start(
    t: Pick<Test, 'teardown'>,
    certificate: CertificateFiles | null = null,
  ): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
    const as: Owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
    if (as.uid !== undefined) chownSync(folder, as.uid, as.gid ?? as.uid);
    const tls = certificate ? layIn(certificate, folder, as) : [];
    const server = new PostgresServer(folder, await freePort(), as, tls);
    t.teardown(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const given = ['--auth=trust', '--username=edgeloop', '--encoding=UTF8', '--locale=C.UTF-8'];
    execFileSync(postgresProgram('initdb'), [...given, '--no-sync', '-D', join(folder, 'data')], {
      ...as,
      cwd: folder,
      stdio: 'ignore',
    });
    writeFileSync(join(folder, 'data', 'pg_hba.conf'), ADMISSIONS);
    await server.begin();
    return server;
  }

  /** As the superuser, or as another, who needs `localhost`: the certificate's name. */
  url(database: string, as: string | null = null): string {
    const who = as === null ? 'edgeloop@127.0.0.1' : `${as}@localhost`;
    return `postgres://${who}:${this.#port}/${database}`;
  }

  /** Until it takes connections. */
  async begin(): Promise<void> {
    const place = ['listen_addresses=127.0.0.1', `port=${this.#port}`];
    const settings = [...POSTGRES_SETTINGS, ...place, ...this.#tls];
    this.#process = spawn(
      postgresProgram('postgres'),
      ['-D', join(this.#folder, 'data'), '-k', this.#folder, ...settings.flatMap((s) => ['-c', s])],
      { ...this.#as, cwd: this.#folder, stdio: 'ignore' },
    );
    for (let tries = 0; ; tries++) {
      try {
        const client = await connectPostgres(this.url('postgres'));
        await client.end();
        return;
      } catch (error) {
        if (tries > 200) throw error;
        await delay(50);
      }
    }
  }

  /** At once, connections are cut (SIGINT: "fast"). */
  async stop(): Promise<void> {
    const running = this.#process;
    if (!running) return;
    this.#process = null;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGINT');
    await gone;
  }
}

/** A server reads a key only where it is its own. @returns the settings for it */
function layIn({ certificate, key }: CertificateFiles, folder: string, { uid, gid }: Owner) {
  const place = (from: string, name: string) => {
    const path = join(folder, name);
    copyFileSync(from, path);
    chmodSync(path, 0o600);
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
    return path;
  };
  return [
    'ssl=on',
    `ssl_cert_file=${place(certificate, 'server.pem')}`,
    `ssl_key_file=${place(key, 'server.key')}`,
  ];
}

const idOf = (which: '-u' | '-g') =>
  Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
