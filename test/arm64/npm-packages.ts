import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';

/** A package of npm, and the digest of its archive as package-lock.json writes it: `sha512-…`. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** Of its files, the one that is unpacked; absent: all. */
  readonly only?: string;
}

const LOCK = fileURLToPath(new URL('../../package-lock.json', import.meta.url));

/** As package-lock.json has it, for whatever processor. @param folder below node_modules */
export function lockedPackage(folder: string): NpmPackage {
  const locked = JSON.parse(readFileSync(LOCK, 'utf8')).packages[`node_modules/${folder}`];
  if (!locked) {
    throw new Error(`Expected ${folder} in package-lock.json: name what is installed instead.`);
  }
  const { name = folder, version, integrity } = locked;
  return { name, version, integrity };
}

/**
 * Fetches packages and unpacks them. None of their scripts is run.
 * @param packages by path in `folder`
 * @throws Error when an archive is not the one that was meant
 */
export function unpackNpmPackages(
  packages: Readonly<Record<string, NpmPackage>>,
  folder: string,
  work: string,
): void {
  const specs = Object.values(packages).map(({ name, version }) => `${name}@${version}`);
  run('npm', ['pack', '--silent', ...specs], work);
  const archives = new Map(
    readdirSync(work)
      .filter((file) => file.endsWith('.tgz'))
      .map((file) => [integrityOf(readFileSync(join(work, file))), file]),
  );
  for (const [path, { name, version, integrity, only }] of Object.entries(packages)) {
    const archive = archives.get(integrity);
    if (archive === undefined) {
      const received = [...archives].map((entry) => entry.join(' ')).join(', ');
      throw new Error(`Expected ${integrity} for ${name}@${version}, received ${received}.`);
    }
    mkdirSync(join(folder, path), { recursive: true });
    const files = only === undefined ? [] : [`package/${only}`];
    run('tar', ['-xzf', archive, '-C', join(folder, path), '--strip-components=1', ...files], work);
  }
}

const integrityOf = (archive: Uint8Array): string =>
  `sha512-${createHash('sha512').update(archive).digest('base64')}`;
