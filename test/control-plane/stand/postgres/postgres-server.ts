import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { connectPostgres } from '../../../../control-plane/src/database/postgres/connect-postgres.ts';

/** Debian's, by version; a cluster that the package makes by itself is left alone. */
const VERSIONS = '/usr/lib/postgresql';
const [VERSION] = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort().reverse() : [];
const program = (name: string) => join(VERSIONS, VERSION ?? '', 'bin', name);

/** Why a test is left out; false where it runs. */
export const postgresMissing =
  process.env.CI !== 'true' && !existsSync(program('postgres')) && 'needs postgresql';

/** Nothing here survives a power cut: what is lost then is a test. */
const FOR_TESTS = ['fsync=off', 'full_page_writes=off', 'wal_level=minimal', 'max_wal_senders=0'];

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
  #process: ChildProcess | null = null;

  private constructor(folder: string, port: number, as: Owner) {
    this.#folder = folder;
    this.#port = port;
    this.#as = as;
  }

  static async start(t: Pick<Test, 'teardown'>): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
    const as: Owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
    if (as.uid !== undefined) chownSync(folder, as.uid, as.gid ?? as.uid);
    const server = new PostgresServer(folder, await freePort(), as);
    t.teardown(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const given = ['--auth=trust', '--username=edgeloop', '--encoding=UTF8', '--locale=C.UTF-8'];
    execFileSync(program('initdb'), [...given, '--no-sync', '-D', join(folder, 'data')], {
      ...{ ...as, cwd: folder, stdio: 'ignore' },
    });
    await server.begin();
    return server;
  }

  url(database: string): string {
    return `postgres://edgeloop@127.0.0.1:${this.#port}/${database}`;
  }

  /** Until it takes connections. */
  async begin(): Promise<void> {
    const settings = [...FOR_TESTS, 'listen_addresses=127.0.0.1', `port=${this.#port}`];
    this.#process = spawn(
      program('postgres'),
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

const idOf = (which: '-u' | '-g') =>
  Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
