import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceCredential, SignedRoot } from '@edgeloop/protocol';
import { acceptRoot, rotateKeyFolder } from '@edgeloop/signing';
import t from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { DeviceKey } from '../../stand/fleet/device-key.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'roots-'));
const store = new Store(folder);
await store.start();
const { app, tokens } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const operator = await bearer(tokens, 'operator');

async function ask(method: 'GET' | 'POST', url: string, authorization: string, payload?: object) {
  const headers = authorization === '' ? {} : { authorization };
  const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

async function enrol(device: string): Promise<DeviceCredential> {
  const wanted = { name: device, site: 'works' };
  const { secret } = (await ask('POST', '/api/enrolment-tokens', operator, wanted)).body;
  return (await ask('POST', '/api/enrol', '', new DeviceKey(device).enrolment(secret))).body;
}

const rotate = async (times: number) => {
  const issued = Date.now();
  for (let i = 0; i < times; i++) {
    await rotateKeyFolder(join(folder, 'keys'), ['online'], [], { issued, expires: issued + 1e9 });
  }
};

t.test(
  'a device that enrols is given the newest root, and gets from it to later ones',
  async (t) => {
    const { credential, root } = await enrol('pi-1');
    t.equal(root?.signed.version, 1);
    const { username, password } = credential;
    const device = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const after = (version: number | string) =>
      ask('GET', `/api/device/roots?after=${version}`, device);
    t.same(await after(1), { status: 200, body: { roots: [] } });

    await rotate(10);
    const pages = [(await after(1)).body.roots, (await after(9)).body.roots] as SignedRoot[][];
    t.same(
      pages.map((page) => page.map(({ signed }) => signed.version)),
      [
        [2, 3, 4, 5, 6, 7, 8, 9],
        [10, 11],
      ],
      'some at once',
    );
    t.equal(acceptRoot(root!.signed, pages.flat(), Date.now()).version, 11);
    t.match(await after(99), { status: 200, body: { roots: [] } });
    t.match(await after('x'), { status: 400 });
    t.match(await ask('GET', '/api/device/roots', device), { status: 400 });
    t.match(await ask('GET', '/api/device/roots?after=1', operator), { status: 403 });
    t.match(await ask('GET', '/api/device/roots?after=1', ''), { status: 401 });
    t.equal((await enrol('pi-2')).root?.signed.version, 11);
  },
);
