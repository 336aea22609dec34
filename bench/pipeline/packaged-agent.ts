import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGES } from '../../packaging/packages.ts';
import { PLATFORMS } from '../../packaging/platforms.ts';
import { stageProgram } from '../../packaging/stage-program.ts';
import { unitSettings } from './unit-settings.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The agent of this machine's Debian package: laid out as that has it, with the Node that it
 * carries, and what its unit sets.
 * @param root Its folder is made in it; the modules come from npm.
 */
export async function packagedAgent(root: string) {
  const made = PACKAGES.find(({ name }) => name === 'edgeloop-agent');
  const platform = PLATFORMS.find(({ node }) => node === process.arch);
  if (!made || !platform) throw new Error(`Expected x64 or arm64, received ${process.arch}.`);
  const target = join(root, made.name);
  const cache = join(REPOSITORY, 'node_modules/.cache/edgeloop-deb');
  await stageProgram(made, platform, { root: REPOSITORY, cache, target });
  return {
    node: join(target, 'bin/node'),
    program: join(target, 'agent/dist/main.js'),
    ...unitSettings(),
  };
}
