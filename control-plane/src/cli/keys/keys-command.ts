import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPackage } from '@edgeloop/onnx/vetting';
import {
  type KeyId,
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  parseManifest,
} from '@edgeloop/protocol';
import {
  createKeyFolder,
  KEY_NAMES,
  type KeyFolder,
  type KeyName,
  parseSignature,
  readKeyFolder,
  readPrivateKey,
  rotateKeyFolder,
  signPackage,
  verifyPackage,
} from '@edgeloop/signing';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { addRoots } from './add-roots.ts';
import { addServerKeys } from './add-server-keys.ts';

const DAY = 86_400_000;

interface RotateOptions {
  readonly days: number;
  readonly keys: readonly KeyName[];
  readonly revoke: readonly KeyId[];
}

/**
 * `edgeloop keys`: whose packages and assignments count. All but `roots` and `server` need no
 * server.
 */
export function addKeys(keys: Command, cli: Cli): void {
  addFolderCommands(keys, cli);
  addPackageCommands(keys, cli);
  addRoots(keys, cli);
  addServerKeys(keys, cli);
}

const daysOption = () =>
  new Option('--days <n>', 'how long the root holds').argParser(days).default(3 * 365);

function addFolderCommands(command: Command, cli: Cli): void {
  const print = (folder: KeyFolder, ...more: readonly string[]) =>
    cli.print(summary(folder), (sheet) => sheet.lines(...describe(folder), ...more));
  const times = (life: number) => {
    const issued = cli.surroundings.now();
    return { issued, expires: issued + life * DAY };
  };

  command
    .command('create')
    .description('make the first root and its three keys; nothing is ever overwritten')
    .argument('<folder>', 'where they are kept')
    .addOption(daysOption())
    .action(async (folder: string, { days: life }: { readonly days: number }) => {
      const made = await createKeyFolder(folder, times(life));
      const root = join(folder, 'root-1.private.pem');
      const advice = `Now take ${root} to where no server can read it: it is needed to change keys, for nothing else.`;
      await print(made, '', advice);
    });

  command
    .command('rotate')
    .description('version N+1 of the root, with new keys; needs the private root key in the folder')
    .argument('<folder>', 'of edgeloop keys create')
    .addOption(
      new Option('--keys <names>', `which are made anew: of ${KEY_NAMES.join(',')}`)
        .argParser(keyNames)
        .default(['package', 'online'] as const, 'package,online'),
    )
    .option('--revoke <key...>', 'package keys whose signatures count no more', [])
    .addOption(daysOption())
    .action(async (folder: string, { keys, revoke, days: life }: RotateOptions) => {
      if (revoke.length > 0) {
        await cli.confirm('No device takes a package any more that a revoked key has signed.');
      }
      await print(await rotateKeyFolder(folder, keys, revoke, times(life)));
    });

  command
    .command('show')
    .description('the root in use, and which private keys are here')
    .argument('<folder>', 'of edgeloop keys create')
    .action(async (folder: string) => print(await readKeyFolder(folder)));
}

function addPackageCommands(command: Command, cli: Cli): void {
  command
    .command('sign')
    .description(`sign a package: writes ${MANIFEST_SIGNATURE_FILE}`)
    .argument('<package>', 'folder of the package')
    .requiredOption('--key <file>', 'private key for packages: package-N.private.pem')
    .action(async (directory: string, { key }: { key: string }) => {
      const pair = await readPrivateKey(key);
      const signature = signPackage(await readWhole(directory), pair);
      const path = join(directory, MANIFEST_SIGNATURE_FILE);
      await writeFile(path, `${JSON.stringify(signature, null, 2)}\n`);
      await cli.print(signature, (sheet) => sheet.lines(`${path}: signed with ${signature.keyId}`));
    });

  command
    .command('verify')
    .description('check every file of a package, and its signature')
    .argument('<package>', 'folder of the package')
    .requiredOption('--keys <folder>', 'with root-1.json and the versions after it')
    .action(async (directory: string, { keys }: { keys: string }) => {
      const { root } = await readKeyFolder(keys);
      const path = join(directory, MANIFEST_SIGNATURE_FILE);
      const signature = parseSignature(await readFile(path, 'utf8').catch(() => ''), path);
      verifyPackage(root, await readWhole(directory), signature);
      await cli.print(signature, (sheet) =>
        sheet.lines(`${directory}: whole, and signed with ${signature.keyId}`),
      );
    });
}

/** The manifest's bytes; every file that it names is there and right. */
async function readWhole(directory: string): Promise<Buffer> {
  const path = join(directory, MANIFEST_FILE);
  const bytes = await readFile(path).catch(() => null);
  const variant = bytes
    ? Object.keys(parseManifest(bytes.toString('utf8')).variants)[0]
    : undefined;
  await loadPackage(directory, variant);
  return bytes as Buffer;
}

function summary({ root, keys }: KeyFolder) {
  return { root, privateKeys: keys.map(({ publicKey }) => publicKey.keyId) };
}

function describe({ root, keys }: KeyFolder): string[] {
  const here = keys.map(({ publicKey }) => publicKey.keyId);
  const line = (what: string, keyId: KeyId) =>
    `${what}\t${keyId}\t${here.includes(keyId) ? 'private key here' : 'public alone'}`;
  return [
    `root version ${root.version}, until ${root.expires}`,
    ...root.root.keys.map((keyId) => line('root', keyId)),
    ...root.packages.map((keyId) => line('package', keyId)),
    ...root.assignments.map((keyId) => line('online', keyId)),
  ];
}

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 36_500) return value;
  throw new InvalidArgumentError('Expected a whole number of days from 1 to 36500.');
}

function keyNames(text: string): KeyName[] {
  const names = text === '' ? [] : text.split(',');
  const isName = (name: string): name is KeyName => (KEY_NAMES as readonly string[]).includes(name);
  if (names.every(isName)) return names;
  throw new InvalidArgumentError(`Expected names of ${KEY_NAMES.join(', ')}, with commas between.`);
}
