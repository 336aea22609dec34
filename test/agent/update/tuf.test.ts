// The attacks of The Update Framework (https://theupdateframework.github.io/specification/latest/,
// 1.5.2), from a server, or a network, that is the attacker's.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  bytes,
  type DeviceId,
  epochMillis,
  millis,
  type Sha256,
  type SlotId,
  timestamp,
} from '@edgeloop/protocol';
import { signPackage, signRoot } from '@edgeloop/signing';
import t from 'tap';
import { SignedFleet } from '../../stand/fleet/signed-fleet.ts';
import { AttackedDevice } from './attacked-device.ts';
import { MODEL_BYTES } from './fetch-stand.ts';

const DAY = 86_400_000;
const MODEL = 'model.int8.onnx';
const MANIFEST = 'manifest.json';
const SIGNATURE = 'manifest.sig.json';

/**
 * The registry's own bytes of a file are these from now on.
 * @returns what puts the right ones back
 */
function swap({ stand: { server, digest } }: AttackedDevice, name: string, other: Uint8Array) {
  const path = `${digest}/files/${name}`;
  const right = server.files.get(path)!;
  server.files.set(path, other);
  return () => server.files.set(path, right);
}

t.test('arbitrary file', async (t) => {
  const device = await AttackedDevice.create(t);
  const { server, fleet, digest, folder } = device.stand;
  const manifest = server.files.get(`${digest}/files/${MANIFEST}`)!;
  const stranger = await SignedFleet.create(t);
  const sign = (key = fleet.onlineKey) => Buffer.from(JSON.stringify(signPackage(manifest, key)));
  for (const [what, name, other, code] of [
    ['another manifest', MANIFEST, Buffer.from(`${manifest} `), 'PACKAGE_ALTERED'],
    ['signed by a stranger', SIGNATURE, sign(stranger.packageKey), 'SIGNATURE_REFUSED'],
    ['signed by a key for other things', SIGNATURE, sign(), 'SIGNATURE_REFUSED'],
    ['no signature', SIGNATURE, Buffer.from('{}'), 'SIGNATURE_REFUSED'],
    ['another model', MODEL, randomBytes(MODEL_BYTES), 'PACKAGE_ALTERED'],
  ] as const) {
    const mend = swap(device, name, other);
    await t.rejects(device.fetch(), { code }, what);
    t.notOk(existsSync(join(folder, name)), `${name} is not kept`);
    mend();
  }
  await device.fetch();
  t.ok(await device.isFetched(), 'the right one is fetched all the same');
});

t.test('rollback', async (t) => {
  const device = await AttackedDevice.create(t);
  const { fleet, digest, server } = device.stand;
  const older = 'a'.repeat(64) as Sha256;
  const [first, second] = [fleet.assign(older, 1), fleet.assign(digest, 2)];
  t.equal(device.hear(first), 'accepted');
  t.equal(device.hear(second), 'accepted');
  t.equal(device.hear(first), 'ASSIGNMENT_REFUSED', 'what was said before');
  t.equal(device.hear(fleet.assign(older, 3)), 'accepted', 'an older model by a newer assignment');

  await fleet.rotate(['online']);
  server.roots = fleet.chain;
  await device.catchUp(2);
  server.roots = fleet.chain.slice(0, 1);
  await device.catchUp(1);
  t.equal(device.rootVersion, 2, 'nor does the root go back');
  t.equal(device.hear(second), 'KEY_UNKNOWN');
});

t.test('freeze', async (t) => {
  const device = await AttackedDevice.create(t);
  const { fleet, digest } = device.stand;
  const held = fleet.assign(digest, 1);
  device.now = () => epochMillis(Date.now() + 8 * DAY);
  t.equal(device.hear(held), 'ASSIGNMENT_REFUSED', 'an assignment that was held back too long');
  t.equal(device.hear(fleet.assign(digest, 2, FAR)), 'accepted');

  await fleet.rotate(['online']);
  await t.rejects(
    device.catchUp(2),
    { code: 'ROOT_REFUSED', retry: true },
    'a root that is held back',
  );
  device.now = () => epochMillis(Date.now() + 400 * DAY);
  const stolen = fleet.assign(digest, 3, FAR, fleet.onlineKey);
  t.equal(device.hear(stolen), 'ROOT_EXPIRED', 'ends all trust when the last one expires');
});

const FAR = { expires: timestamp(Date.now() + 1000 * DAY) };

t.test('fast-forward', async (t) => {
  const device = await AttackedDevice.create(t);
  const { fleet, digest, server } = device.stand;
  const far = { issued: timestamp(Date.now() + 900 * DAY), ...FAR };
  t.equal(device.hear(fleet.assign(digest, Number.MAX_SAFE_INTEGER, far)), 'accepted');
  t.equal(device.hear(fleet.assign(digest, 1)), 'ASSIGNMENT_REFUSED', 'nothing comes after it');
  await fleet.rotate(['online']);
  server.roots = fleet.chain;
  await device.catchUp(2);
  t.equal(device.hear(fleet.assign(digest, 1)), 'accepted', 'but by another key');

  const [root] = fleet.chain.slice(-1);
  const ahead = signRoot({ ...root!.signed, version: 1e6 }, [fleet.onlineKey]);
  server.roots = [...fleet.chain, ahead];
  await t.rejects(device.catchUp(1e6), { code: 'ROOT_REFUSED' });
  t.equal(device.rootVersion, 2, 'a version is not jumped to');
});

t.test('mix and match', async (t) => {
  const device = await AttackedDevice.create(t);
  const { stand } = device;
  const { server, fleet, digest } = stand;
  // As right and as signed as the one that is assigned.
  const other = server.publish(await stand.makePackage(), fleet.packageKey);
  t.not(other, digest);
  const ofOther = (name: string) => server.files.get(`${other}/files/${name}`)!;
  for (const [names, code] of [
    [[MANIFEST, SIGNATURE, MODEL], 'PACKAGE_ALTERED'],
    [[SIGNATURE], 'SIGNATURE_REFUSED'],
    [[MODEL], 'PACKAGE_ALTERED'],
  ] as const) {
    const mends = names.map((name) => swap(device, name, ofOther(name)));
    await t.rejects(device.fetch(), { code }, names.join(' and '));
    for (const mend of mends) mend();
  }
  await device.fetch();
  t.ok(await device.isFetched());
});

/** Sends without end. @returns how much was sent when the device had had enough */
async function sendOn(response: ServerResponse, piece: Buffer): Promise<number> {
  let sent = 0;
  response.on('error', () => {});
  const gone = once(response, 'close');
  while (!response.destroyed) {
    sent += piece.length;
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), gone]);
  }
  return sent;
}

t.test('endless data', async (t) => {
  const device = await AttackedDevice.create(t);
  const { server, fleet, folder } = device.stand;
  const endless = Buffer.alloc(64 * 1024, ' ');
  const sent: Promise<number>[] = [];
  const lieAbout = (name: string, headers: Record<string, string | number> = {}) => {
    server.lie = (path, response, request) => {
      if (!path.includes(name)) return false;
      const [, first, last] = /bytes=(\d+)-(\d+)/.exec(String(request.headers.range)) ?? [];
      const range = { 'content-range': `bytes ${first}-${last}/${MODEL_BYTES}` };
      response.writeHead(first ? 206 : 200, { ...(first && range), ...headers });
      sent.push(sendOn(response, endless));
      return true;
    };
  };
  for (const name of [MANIFEST, SIGNATURE, MODEL]) {
    lieAbout(name);
    await t.rejects(device.fetch(), { code: 'SERVER_ANSWER_WRONG', retry: true }, name);
    if (name !== MODEL) t.notOk(existsSync(join(folder, name)));
  }
  lieAbout(MODEL, { 'content-length': 2 ** 50 });
  await t.rejects(device.fetch(), {
    code: 'SERVER_ANSWER_WRONG',
    message: /received 1125899906842624/,
  });
  await fleet.rotate(['online']);
  lieAbout('/api/device/roots');
  await t.rejects(device.catchUp(2), { code: 'SERVER_ANSWER_WRONG' }, 'roots');
  const most = Math.max(...(await Promise.all(sent)));
  t.ok(most < 16 * 2 ** 20, `${most} bytes sent, most of them into buffers of the network`);
  const onDisk = statSync(join(folder, '~partial')).isDirectory() ? sizeOf(device) : 0;
  t.ok(onDisk <= MODEL_BYTES, `${onDisk} bytes on disk`);
});

const sizeOf = ({ stand: { folder, digest, server } }: AttackedDevice): number => {
  const { variants } = JSON.parse(String(server.files.get(`${digest}/files/${MANIFEST}`)));
  return statSync(join(folder, '~partial', variants.int8.file.sha256)).size;
};

t.test('slow retrieval', async (t) => {
  const [hasty, wakeful, late] = await Promise.all([
    AttackedDevice.create(t, { minRate: bytes(2_000), rateWindow: millis(100) }),
    AttackedDevice.create(t, { idle: millis(150) }),
    AttackedDevice.create(t, { deadline: millis(100) }),
  ]);
  const lieAbout = (name: string, drip: (response: ServerResponse) => void) => {
    for (const { stand } of [hasty, wakeful, late]) {
      stand.server.lie = (path, response) => {
        if (!path.includes(name)) return false;
        drip(response);
        return true;
      };
    }
  };
  const drop = (response: ServerResponse) => {
    const timer = setInterval(() => response.write(' '), 2);
    response.on('close', () => clearInterval(timer));
  };
  const dripping = { code: 'TOO_SLOW', message: /at least 2000 bytes a second/ };
  const silent = { code: 'SERVER_UNAVAILABLE', message: /silent for 0\.15 s/ };
  for (const [name, fetch] of [
    ['/api/device/roots', (device: AttackedDevice) => device.catchUp(2)],
    [MANIFEST, (device: AttackedDevice) => device.fetch()],
    [SIGNATURE, (device: AttackedDevice) => device.fetch()],
    [MODEL, (device: AttackedDevice) => device.fetch()],
  ] as const) {
    lieAbout(name, drop);
    await t.rejects(fetch(hasty), { ...dripping, retry: true }, `${name}, drop by drop`);
    lieAbout(name, () => {});
    await t.rejects(fetch(wakeful), { ...silent, retry: true }, `${name}, not at all`);
    lieAbout(name, (response) => response.flushHeaders());
    await t.rejects(fetch(wakeful), { ...silent, retry: true }, `${name}, but for the headers`);
  }
  lieAbout(MODEL, drop);
  await t.rejects(late.fetch(), { code: 'TOO_SLOW', message: /within 0\.1 s/ }, 'for ever');
});

t.test('wrong recipient', async (t) => {
  const device = await AttackedDevice.create(t);
  const { fleet, digest } = device.stand;
  for (const other of [
    { device: 'pi-2' as DeviceId },
    { slot: 'side' as SlotId },
    { as: 'shadow' as const },
  ]) {
    t.equal(
      device.hear(fleet.assign(digest, 1, other)),
      'ASSIGNMENT_REFUSED',
      JSON.stringify(other),
    );
    const forOther = fleet.assign(digest, 1, other);
    const made = { ...forOther, signed: { ...forOther.signed, ...fleet.assign(digest, 1).signed } };
    t.equal(device.hear(made), 'SIGNATURE_WRONG', 'made out anew');
  }
  t.equal(device.hear(fleet.assign(digest, 1)), 'accepted');
});
