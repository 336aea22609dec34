import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { fetchNode } from '../../packaging/fetch-node.ts';
import { NODE_VERSION, PLATFORMS } from '../../packaging/platforms.ts';
import { writeColourPackage } from '../stand/models/colour-package.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Prints what is found wrong with the package in a folder: null, or the refusal. */
const VET = `
import { loadPackage } from '@edgeloop/onnx';
import { vetPackage } from '@edgeloop/onnx/vetting';
const [directory, crop] = process.argv.slice(1);
const { manifest } = await loadPackage(directory);
const limits = { memoryCap: 300 * 2 ** 20, deadline: 30_000 };
const refusal = await vetPackage(manifest, { directory, cropChild: new URL(crop), ...limits });
console.log(process.version, JSON.stringify(refusal));
`;

const { node, missing } = nodeOfPackages();

t.test(
  'a sound model keeps its memory cap under the Node of the packages, too',
  { skip: missing },
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'vet-'));
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    await writeColourPackage(directory);
    const crop = new URL('../../control-plane/dist/registry/crop-child.js', import.meta.url).href;
    const args = ['--input-type=module', '-e', VET, directory, crop];
    const { stdout } = await promisify(execFile)(node, args, { cwd: root });
    t.equal(stdout, `v${NODE_VERSION} null\n`);
  },
);

/** Fetched once, and kept where packages are made. `missing`: why there is none. */
function nodeOfPackages(): { node: string; missing: string | false } {
  const platform = PLATFORMS.find((one) => one.node === process.arch);
  if (!platform) return { node: '', missing: 'packages are for x64 and arm64' };
  try {
    const cache = join(root, 'node_modules/.cache/edgeloop-deb');
    return { node: join(fetchNode(platform, cache), 'bin/node'), missing: false };
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    const reason = (error as Error).message;
    return { node: '', missing: `needs npm's package of Node ${NODE_VERSION}: ${reason}` };
  }
}
