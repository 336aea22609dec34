import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

/** What Node and the native modules are linked with. */
export const DEBIAN_LIBRARIES = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'];
/**
 * Debian's own lists alone, in the new form or the old: what else a machine fetches from may have
 * nothing for arm64.
 */
const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

/**
 * Unpacks Debian's libraries for arm64, of the release that runs here. apt checks their signatures.
 * Its lists are kept apart, in `work`: this machine's own stay those of one architecture, and
 * nobody needs to be root.
 */
export function unpackDebianLibraries(folder: string, work: string): void {
  const state = join(work, 'apt');
  mkdirSync(join(state, 'lists/partial'), { recursive: true });
  writeFileSync(join(state, 'status'), '');
  const options = {
    'APT::Architecture': 'arm64',
    'APT::Architectures': 'arm64',
    'Acquire::Languages': 'none',
    'Dir::Etc::sourcelist': SOURCES.find(existsSync) ?? '/etc/apt/sources.list',
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': state,
  };
  const apt = (...args: string[]) => {
    const set = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    return run('apt-get', ['-qq', ...set, ...args], work);
  };
  apt('update');
  apt('download', ...DEBIAN_LIBRARIES);
  for (const name of readdirSync(work).filter((file) => file.endsWith('_arm64.deb'))) {
    run('dpkg-deb', ['--extract', name, folder], work);
  }
}
