import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, type FileReference, MANIFEST_FILE, type Manifest } from '@edgeloop/protocol';
import t from 'tap';
import { planFiles } from '../../../../agent/src/update/fetch/plan-files.ts';
import { withFloatVariant, writeColourPackage } from '../../../stand/models/colour-package.ts';

const folder = mkdtempSync(join(tmpdir(), 'plan-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
await withFloatVariant(await writeColourPackage(folder));
const MANIFEST: Manifest = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
const OPTIONS = { variant: 'int8', agentVersion: '1.10.0', packageBytes: bytes(1e6) };

const changed = (change: (manifest: Manifest) => void): Manifest => {
  const manifest = structuredClone(MANIFEST);
  change(manifest);
  return manifest;
};
const pathsOf = (variant: string) =>
  planFiles(MANIFEST, { ...OPTIONS, variant }).files.map(({ path }) => path);

t.test('what one variant needs, and nothing of another', async (t) => {
  t.same(pathsOf('int8'), ['model.int8.onnx', 'golden/0.jpg', 'golden/0.rgb']);
  t.same(pathsOf('fp32'), ['model.fp32.onnx', 'golden/0.jpg', 'golden/0.rgb']);
  const { files, totalBytes } = planFiles(MANIFEST, OPTIONS);
  t.equal(
    totalBytes,
    files.reduce((sum, file) => sum + file.bytes, 0),
  );
  const twice = changed(({ golden }) => golden.cases.push(golden.cases[0]!));
  t.same(planFiles(twice, OPTIONS), planFiles(MANIFEST, OPTIONS), 'a file that is named twice');
});

t.test('the agent is as late as the package wants it', async (t) => {
  for (const [version, wanted, ok] of [
    ['1.10.0', '1.10.0', true],
    ['1.10.0', '1.9.9', true],
    ['1.10.0', '1.10.1', false],
    ['1.10.0', '2.0.0', false],
    ['2.0.0', '1.10.5', true],
    ['1.10.0-rc.1', '1.10.0', true],
    ['1.10.0+pi', '1.10.1', false],
    ['unknown', '0.0.1', false],
  ] as const) {
    const manifest = { ...MANIFEST, requires: { agent: wanted } };
    const plan = () => planFiles(manifest, { ...OPTIONS, agentVersion: version });
    const name = `${version} for ${wanted}`;
    if (ok) t.doesNotThrow(plan, name);
    else t.throws(plan, { code: 'AGENT_TOO_OLD', retry: false }, name);
  }
});

t.test('what is refused', async (t) => {
  const withFile = (file: Partial<FileReference>) =>
    changed(({ variants }) => Object.assign(variants.int8!.file, file));
  for (const [name, manifest, code, message] of [
    ['no such variant', changed(({ variants }) => delete variants.int8), ...INVALID],
    ['in place of the manifest', withFile({ path: 'manifest.json' }), ...INVALID],
    ['in place of its signature', withFile({ path: 'manifest.sig.json' }), ...INVALID],
    ['in place of a folder', withFile({ path: 'golden' }), ...INVALID],
    ['within a file', withFile({ path: 'golden/0.jpg/x' }), ...INVALID],
    ['two files of one name', withFile({ path: 'golden/0.jpg' }), ...INVALID],
    ['too much', withFile({ bytes: 1e6 }), 'PACKAGE_TOO_LARGE', /updates\.maxPackage/],
  ] as const) {
    t.throws(() => planFiles(manifest, OPTIONS), { code, message, retry: false }, name);
  }
});

const INVALID = ['PACKAGE_INVALID', /^Expected of the manifest /] as const;
