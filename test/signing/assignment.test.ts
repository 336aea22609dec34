import { generateKeyPairSync } from 'node:crypto';
import type { Assignment, DeviceId, SlotId } from '@edgeloop/protocol';
import {
  type AssignmentReader,
  keyPair,
  signAssignment,
  signPackage,
  verifyAssignment,
  verifyPackage,
} from '@edgeloop/signing';
import t from 'tap';

const packages = keyPair(generateKeyPairSync('ed25519').privateKey);
const online = keyPair(generateKeyPairSync('ed25519').privateKey);
const ROOT = {
  type: 'edgeloop-root',
  version: 1,
  issued: '2026-11-26T00:00:00.000Z',
  expires: '2027-11-26T00:00:00.000Z',
  keys: [packages.publicKey, online.publicKey],
  root: { keys: [online.publicKey.keyId], threshold: 1 },
  packages: [packages.publicKey.keyId],
  assignments: [online.publicKey.keyId],
} as unknown as Parameters<typeof verifyPackage>[0];

const ASSIGNMENT = {
  type: 'edgeloop-assignment',
  device: 'door-1',
  slot: 'main',
  as: 'active',
  digest: 'a'.repeat(64),
  generation: 7,
  issued: '2026-11-26T00:00:00.000Z',
  expires: '2026-12-03T00:00:00.000Z',
} as Assignment;
const READER: AssignmentReader = {
  device: 'door-1' as DeviceId,
  slot: 'main' as SlotId,
  as: 'active',
  generation: 6,
  now: Date.parse('2026-11-27T00:00:00.000Z'),
};

t.test('a device takes what is made out to it, newer, and holds', async (t) => {
  const signed = signAssignment(ASSIGNMENT, online);
  t.same(verifyAssignment(ROOT, signed, READER), ASSIGNMENT);
  for (const [name, assignment, reader, code] of [
    ['another device', signed, { device: 'door-2' as DeviceId }, 'ASSIGNMENT_REFUSED'],
    ['another slot', signed, { slot: 'other' as SlotId }, 'ASSIGNMENT_REFUSED'],
    ['as another', signed, { as: 'shadow' }, 'ASSIGNMENT_REFUSED'],
    ['taken before', signed, { generation: 7 }, 'ASSIGNMENT_REFUSED'],
    ['older', signed, { generation: 8 }, 'ASSIGNMENT_REFUSED'],
    ['expired', signed, { now: Date.parse(ASSIGNMENT.expires) }, 'ASSIGNMENT_REFUSED'],
    ['no clock', signed, { now: Number.NaN }, 'ASSIGNMENT_REFUSED'],
    ['changed', { ...signed, signed: { ...ASSIGNMENT, generation: 8 } }, {}, 'SIGNATURE_WRONG'],
    [
      'a field added',
      { ...signed, signed: { ...ASSIGNMENT, more: 1 } as Assignment },
      {},
      'SIGNATURE_WRONG',
    ],
    ['by a key for packages', signAssignment(ASSIGNMENT, packages), {}, 'KEY_UNKNOWN'],
  ] as const) {
    t.throws(() => verifyAssignment(ROOT, assignment, { ...READER, ...reader }), { code }, name);
  }
});

t.test('a package counts by its manifest’s bytes and a key for packages', async (t) => {
  const manifest = Buffer.from('{"format":1}');
  const signature = signPackage(manifest, packages);
  verifyPackage(ROOT, manifest, signature);
  t.same(signPackage(manifest, packages), signature, 'timeless');
  const altered = { ...signature, signature: `A${signature.signature.slice(1)}` };
  const assignmentSignature = {
    ...signAssignment(JSON.parse(manifest.toString()), packages).signature,
  };
  for (const [name, bytes, shown, code] of [
    ['changed by a space', Buffer.from('{"format": 1}'), signature, 'SIGNATURE_WRONG'],
    ['another signature', manifest, altered, 'SIGNATURE_WRONG'],
    ['cut short', manifest, { ...signature, signature: '' }, 'SIGNATURE_WRONG'],
    ['made for another purpose', manifest, assignmentSignature, 'SIGNATURE_WRONG'],
    ['by a key for assignments', manifest, signPackage(manifest, online), 'KEY_UNKNOWN'],
  ] as const) {
    t.throws(() => verifyPackage(ROOT, bytes, shown), { code }, name);
  }
});
