// A device's side of an update against the real control plane, over HTTP.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage } from '@edgeloop/onnx';
import { bytes, type FileReference, MANIFEST_FILE, type Sha256 } from '@edgeloop/protocol';
import { rotateKeyFolder } from '@edgeloop/signing';
import t from 'tap';
import { Pacer } from '../../../agent/src/server/pacer.ts';
import { ServerClient } from '../../../agent/src/server/server-client.ts';
import { fetchPackage } from '../../../agent/src/update/fetch/fetch-package.ts';
import { adoptRoot } from '../../../agent/src/update/trust/root-file.ts';
import { TrustedRoot } from '../../../agent/src/update/trust/trusted-root.ts';
import { DEVICE_PASSWORD, KNOWN_DEVICES } from '../../control-plane/stand/known-devices.ts';
import { openTestApi } from '../../control-plane/stand/open-test-api.ts';
import { bearer } from '../../control-plane/stand/test-api.ts';
import { DEVICE } from '../../stand/fleet/signed-fleet.ts';
import { writeColourPackage } from '../../stand/models/colour-package.ts';
import { LIMITS } from './fetch-stand.ts';

const { signal } = new AbortController();
const state = mkdtempSync(join(tmpdir(), 'state-'));
const {
  app,
  folder: data,
  tokens,
  artifacts,
  registry: { keys },
} = await openTestApi(t, { devices: KNOWN_DEVICES });
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as AddressInfo;
const url = `http://127.0.0.1:${port}`;
let password = DEVICE_PASSWORD;
const server = new ServerClient({ url, ca: null, device: DEVICE, password: () => password });
t.teardown(() => {
  server.close();
  rmSync(state, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');

async function post(path: string, payload: object) {
  const headers = { authorization: operator };
  return JSON.parse((await app.inject({ method: 'POST', url: path, headers, payload })).body);
}

/** Announced, its files brought, not checked yet. */
async function announce(folder: string): Promise<Sha256> {
  await post('/api/tasks', { task: 'colours' });
  const manifest = readFileSync(join(folder, MANIFEST_FILE), 'utf8');
  const { model, missing } = await post('/api/models', { task: 'colours', manifest });
  for (const { path, sha256, bytes: size } of missing as FileReference[]) {
    const content = readFileSync(join(folder, path));
    await artifacts.write({ sha256, bytes: bytes(size) }, [content]);
  }
  return model.digest;
}

t.test('roots and a package from the real control plane', async (t) => {
  await adoptRoot(state, keys.chain[0]!);
  const issued = Date.now();
  for (let i = 0; i < 9; i++) {
    const times = { issued, expires: issued + 1e9 };
    await rotateKeyFolder(join(data, 'keys'), ['package'], [], times);
  }
  const root = new TrustedRoot({ folder: state, file: null, server, limits: LIMITS });
  await root.start();
  await root.catchUp(10, signal);
  t.equal(root.version, 10);

  const folder = await writeColourPackage(mkdtempSync(join(tmpdir(), 'package-')));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const digest = await announce(folder);
  const fetched = join(state, 'fetched');
  const fetch = () =>
    fetchPackage({
      server,
      digest,
      root: root.keys!,
      variant: 'int8',
      agentVersion: '0.1.0',
      signal,
      folder: fetched,
      limits: { ...LIMITS, chunk: bytes(100) },
      pacer: new Pacer(null),
      onProgress: () => {},
    });
  await t.rejects(fetch(), { code: 'PACKAGE_MISSING', retry: true }, 'not checked yet');
  t.match(await post(`/api/models/${digest}/complete`, {}), { state: 'registered' });
  password = 'wrong';
  await t.rejects(fetch(), { code: 'SERVER_UNAVAILABLE', message: /edgeloop-agent rotate/ });
  password = DEVICE_PASSWORD;
  await fetch();
  t.match(await loadPackage(fetched, 'int8', 'variant'), { digest });
});
