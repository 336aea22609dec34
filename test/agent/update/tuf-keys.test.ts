// The Update Framework's key compromise: each kind of key is stolen, and rotated.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sha256 } from '@edgeloop/protocol';
import { keyPair, signRoot } from '@edgeloop/signing';
import t from 'tap';
import { AttackedDevice } from './attacked-device.ts';

t.test('the package key is stolen, and rotated', async (t) => {
  const device = await AttackedDevice.create(t);
  const { stand } = device;
  const { fleet, server } = stand;
  const stolen = fleet.packageKey;
  const sound = { digest: stand.digest, source: stand.source };
  // The thief signs a package; the registry that the thief holds as well has it.
  stand.source = await stand.makePackage();
  stand.digest = server.publish(stand.source, stolen);
  await device.fetch();
  t.ok(await device.isFetched(), 'until somebody notices');
  await fleet.rotate(['package']);
  server.roots = fleet.chain;
  await device.catchUp(2);
  await t.rejects(device.fetch(), { code: 'SIGNATURE_REFUSED', message: /root version 2/ });

  stand.folder = `${stand.folder}-sound`;
  Object.assign(stand, sound);
  await t.rejects(device.fetch(), { code: 'SIGNATURE_REFUSED' }, 'what it signed before, too');
  server.publish(stand.source, fleet.packageKey);
  await device.fetch();
  t.ok(await device.isFetched(), 'signed anew, it counts');
});

t.test('the online key is stolen, and rotated', async (t) => {
  const device = await AttackedDevice.create(t);
  const { fleet, digest, server } = device.stand;
  const stolen = fleet.onlineKey;
  const evil = 'e'.repeat(64) as Sha256;
  t.equal(device.hear(fleet.assign(evil, 1, {}, stolen)), 'accepted', 'until somebody notices');
  await fleet.rotate(['online']);
  server.roots = fleet.chain;
  await device.catchUp(2);
  t.equal(device.hear(fleet.assign(evil, 1, {}, stolen)), 'KEY_UNKNOWN', 'also said again');
  t.equal(device.hear(fleet.assign(evil, 2, {}, stolen)), 'KEY_UNKNOWN');
  t.equal(device.hear(fleet.assign(digest, 1)), 'accepted');
});

t.test('the root key is stolen after it was rotated', async (t) => {
  const device = await AttackedDevice.create(t);
  const { fleet, server } = device.stand;
  const pem = readFileSync(join(fleet.folder, 'root-1.private.pem'));
  const stolen = keyPair(createPrivateKey(pem));
  await fleet.rotate(['root']);
  server.roots = fleet.chain;
  await device.catchUp(2);
  const next = { ...fleet.root, version: 3 };
  server.roots = [...fleet.chain, signRoot(next, [stolen])];
  await t.rejects(device.catchUp(3), { code: 'ROOT_REFUSED', message: /to be signed by 1/ });
  t.equal(device.rootVersion, 2);
});
