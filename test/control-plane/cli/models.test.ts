import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_SIGNATURE_FILE } from '@edgeloop/protocol';
import { createKeyFolder, readPrivateKey, signPackage } from '@edgeloop/signing';
import t from 'tap';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { pullPackage } from '../../../control-plane/src/cli/models/pull-package.ts';
import { pushPackage } from '../../../control-plane/src/cli/models/push-package.ts';
import { resolveDigest } from '../../../control-plane/src/cli/models/resolve-digest.ts';
import type { ListedModel, ModelPage } from '../../../control-plane/src/resources/model.ts';
import { CuttingProxy } from '../../stand/broker/cutting-proxy.ts';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { edgeloop as runEdgeloop } from '../../stand/control-plane/edgeloop.ts';
import { lostByPowerCut } from '../../stand/machine/lost-by-power-cut.ts';
import { withExtraFile, writeColourPackage } from '../../stand/models/colour-package.ts';

t.setTimeout(120_000);

const base = mkdtempSync(join(tmpdir(), 'edgeloop-cli-'));
const path = (...names: string[]) => join(base, ...names);
t.teardown(() => rmSync(base, { recursive: true, force: true }));

// The private keys are not on the server: it knows the root alone.
await createKeyFolder(path('keys'), { issued: Date.now(), expires: Date.now() + 1e9 });
renameSync(path('keys', 'package-1.private.pem'), path('package.pem'));
const controlPlane = new ControlPlaneProcess(['--data', path('data'), '--keys', path('keys')]);
await controlPlane.start();
t.teardown(() => controlPlane.kill('SIGKILL'));
const token = readFileSync(path('data', 'admin-token'), 'utf8').trim();
const clientAt = (server: string) => new ApiClient({ server, token });

const edgeloop = (...args: string[]) =>
  runEdgeloop({ apiPort: controlPlane.apiPort, token }, ...args);

/** With the key that is not on the server. */
async function sign(folder: string) {
  const manifest = readFileSync(join(folder, 'manifest.json'));
  const signature = signPackage(manifest, await readPrivateKey(path('package.pem')));
  await writeFile(join(folder, MANIFEST_SIGNATURE_FILE), JSON.stringify(signature));
  return signature;
}

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

t.test('the commands, from keys to a card', async (t) => {
  const folder = await writeColourPackage(path('small'));
  t.match(await edgeloop('keys', 'sign', folder, '--key', path('package.pem')), { code: 0 });
  const push = () => edgeloop('models', 'push', folder, '--task', 'colours');
  t.match(await push(), { code: 68, stderr: /NOT_FOUND.*edgeloop tasks create/s });
  t.match(await edgeloop('tasks', 'create', 'colours'), { code: 0 });
  t.match(await push(), { code: 0, stdout: /colours\tcolours\tregistered\t100.0 %\t/ });

  const { models } = JSON.parse((await edgeloop('models', 'list', '--json')).stdout);
  const [model] = models;
  t.match(await edgeloop('models', 'alias', model.digest, 'champion'), { stdout: /\tchampion\t/ });
  t.match((await edgeloop('models', 'card', model.digest.slice(0, 8))).stdout, /^# colours$/m);
  const args = ['pull', model.digest, path('pulled'), '--keys', path('keys')];
  t.match(await edgeloop('models', ...args), { code: 0 });
});

t.test('a digest may be given by its first digits', async (t) => {
  const client = clientAt(`http://127.0.0.1:${controlPlane.apiPort}`);
  const list = async () => (await client.askJson<ModelPage>('GET /api/models')).models;
  const [model] = (await list()) as [ListedModel];
  t.equal(await resolveDigest(client, model.digest.slice(0, 6)), model.digest);
  const refused = (digits: string, code: string, message: RegExp) =>
    t.rejects(resolveDigest(client, digits), { code, message });
  await refused(model.digest.slice(0, 5), 'OPTION_INVALID', /at least the first 6/);
  await refused('0123456789', 'NOT_FOUND', /none\. edgeloop models list names them/);

  const directory = await withExtraFile(await writeColourPackage(path('other')), randomBytes(10));
  await sign(directory);
  const given = { directory, task: 'colours', onFile: () => {} };
  const other = await pushPackage(client, { ...given, parent: model.digest });
  const remove = (digits: string) => edgeloop('models', 'remove', digits, '--yes');
  t.match(await remove(model.digest), { code: 102, stderr: /it is champion of colours/ });
  t.match(await remove(other.digest.slice(0, 9)), { code: 0, stdout: /: removed$/m });
  t.match(await list(), [{ digest: model.digest }]);
});

t.test(
  'a package survives a kill of the server and a cut on the way back, byte for byte',
  async (t) => {
    const size = 40 << 20;
    const made = await withExtraFile(await writeColourPackage(path('made')), randomBytes(size));
    const signature = await sign(made);
    const proxy = new CuttingProxy(() => controlPlane.apiPort);
    t.teardown(() => proxy.close());
    const client = clientAt(await proxy.start());

    const cut = proxy.cutAfter('up', size / 2);
    const given = { directory: made, task: 'colours', parent: null, onFile: () => {} };
    const pushing = pushPackage(client, given);
    await cut;
    await controlPlane.kill('SIGKILL');
    const uploads = path('data', 'artifacts', 'uploads');
    const part = files(uploads).find((name) => name.endsWith('.part')) as string;
    const arrived = statSync(join(uploads, part)).size;
    t.ok(arrived > size / 4 && arrived < size, `${arrived} bytes had arrived`);
    await controlPlane.start();
    const model = await pushing;
    t.match(model, { state: 'registered', signature });
    t.ok(proxy.up < size * 1.3, `${proxy.up} bytes were sent for ${size}`);

    void proxy.cutAfter('down', size / 2);
    mkdirSync(path('pulled-large'));
    const pulled = path('pulled-large', 'new');
    const { digest } = model;
    const lost = await lostByPowerCut(path('pulled-large'), () =>
      pullPackage(client, { digest, directory: pulled, keys: path('keys') }),
    );
    t.same(lost, [], 'all of it is on disk');
    t.ok(proxy.down < size * 1.3, `${proxy.down} bytes were received for ${size}`);
    t.same(files(pulled), files(made));
    for (const file of files(made)) {
      t.ok(readFileSync(join(made, file)).equals(readFileSync(join(pulled, file))), file);
    }
    const sent = proxy.up;
    await pushPackage(client, given);
    t.ok(proxy.up - sent < 1 << 20, 'nothing is sent again');
  },
);
