import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Argument, Command, Option } from 'commander';
import { buildPackage } from './build-package.ts';
import { PACKAGES } from './packages.ts';
import { PLATFORMS } from './platforms.ts';

interface Options {
  readonly arch?: string;
  readonly out: string;
  readonly as: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};
const names = PACKAGES.map(({ name }) => name);
const architectures = PLATFORMS.map(({ debian }) => debian);

await new Command('npm run package:deb --')
  .description('Debian packages of what was built, each for a platform that need not be this one.')
  .addArgument(new Argument('[name...]', 'which').choices(names).default(names))
  .addOption(new Option('--arch <architecture>', 'for which alone').choices(architectures))
  .option('--out <folder>', 'where they are laid', 'dist/deb')
  .option('--as <version>', 'another version than that of package.json', version)
  .action(async (asked: readonly string[], { arch, out, as }: Options) => {
    const cache = join(root, 'node_modules/.cache/edgeloop-deb');
    const build = { root, cache, out: resolve(out), version: as };
    for (const made of PACKAGES.filter(({ name }) => asked.includes(name))) {
      for (const platform of PLATFORMS.filter(({ debian }) => !arch || arch === debian)) {
        const deb = await buildPackage(made, platform, build);
        process.stdout.write(`${deb}: ${(statSync(deb).size / 1e6).toFixed(1)} MB\n`);
      }
    }
  })
  .parseAsync();
