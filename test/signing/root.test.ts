import { generateKeyPairSync } from 'node:crypto';
import type { RootKeys, SignedRoot } from '@edgeloop/protocol';
import { acceptRoot, checkFirstRoot, type KeyPair, keyPair, signRoot } from '@edgeloop/signing';
import t from 'tap';

const makeKey = () => keyPair(generateKeyPairSync('ed25519').privateKey);
const [old, next, online, stranger] = [makeKey(), makeKey(), makeKey(), makeKey()] as [
  KeyPair,
  KeyPair,
  KeyPair,
  KeyPair,
];
const NOW = Date.parse('2027-01-01T00:00:00.000Z');

function root(
  version: number,
  rootKeys: readonly KeyPair[],
  more: Partial<RootKeys> = {},
): RootKeys {
  return {
    type: 'edgeloop-root',
    version,
    issued: '2026-11-26T00:00:00.000Z' as RootKeys['issued'],
    expires: '2028-01-01T00:00:00.000Z' as RootKeys['expires'],
    keys: [...rootKeys, online].map(({ publicKey }) => publicKey),
    root: { keys: rootKeys.map(({ publicKey }) => publicKey.keyId), threshold: 1 },
    packages: [online.publicKey.keyId],
    assignments: [online.publicKey.keyId],
    ...more,
  };
}

const trusted = root(3, [old]);
const EARLIER = '2026-12-01T00:00:00.000Z' as RootKeys['expires'];

t.test('a root follows another when the keys of both have signed it', async (t) => {
  const rotated = root(4, [next]);
  const afterThat = root(5, [stranger]);
  const forged = (signed: SignedRoot): SignedRoot => ({
    ...signed,
    signed: { ...signed.signed, packages: [] },
  });
  for (const [name, chain, expected] of [
    ['nothing new', [], 3],
    ['signed by both', [signRoot(rotated, [old, next])], 4],
    ['the same root key', [signRoot(root(4, [old]), [old])], 4],
    ['two steps', [signRoot(rotated, [old, next]), signRoot(afterThat, [next, stranger])], 5],
    [
      'one on the way has expired',
      [
        signRoot(root(4, [next], { expires: EARLIER }), [old, next]),
        signRoot(afterThat, [next, stranger]),
      ],
      5,
    ],
    ['old signature missing', [signRoot(rotated, [next])], 'SIGNATURE_MISSING'],
    ['new signature missing', [signRoot(rotated, [old])], 'SIGNATURE_MISSING'],
    ['unknown key', [signRoot(rotated, [stranger])], 'SIGNATURE_MISSING'],
    ['an online key is no root key', [signRoot(rotated, [online, next])], 'SIGNATURE_MISSING'],
    ['changed after it was signed', [forged(signRoot(rotated, [old, next]))], 'SIGNATURE_MISSING'],
    ['the same version again', [signRoot(root(3, [old]), [old])], 'ROOT_VERSION_WRONG'],
    ['an older version', [signRoot(root(2, [old]), [old])], 'ROOT_VERSION_WRONG'],
    ['a version left out', [signRoot(root(5, [old]), [old])], 'ROOT_VERSION_WRONG'],
    [
      'the last has expired',
      [signRoot(root(4, [old], { expires: EARLIER }), [old])],
      'ROOT_EXPIRED',
    ],
    [
      'only the first step is right',
      [signRoot(rotated, [old, next]), signRoot(afterThat, [old, stranger])],
      'SIGNATURE_MISSING',
    ],
  ] as const) {
    if (typeof expected === 'number')
      t.equal(acceptRoot(trusted, chain, NOW).version, expected, name);
    else t.throws(() => acceptRoot(trusted, chain, NOW), { code: expected }, name);
  }
  t.throws(() => acceptRoot(root(3, [old], { expires: EARLIER }), [], NOW), {
    code: 'ROOT_EXPIRED',
  });
});

t.test('several root keys: so many must sign, and one that signs twice is one', async (t) => {
  const keyIds = [old, next].map(({ publicKey }) => publicKey.keyId);
  const both = root(3, [old, next], { root: { keys: keyIds, threshold: 2 } });
  const after = root(4, [old, next], { root: { keys: keyIds, threshold: 2 } });
  t.equal(acceptRoot(both, [signRoot(after, [old, next])], NOW).version, 4);
  const once = signRoot(after, [old]);
  const twice = { ...once, signatures: [...once.signatures, ...once.signatures] };
  t.throws(() => acceptRoot(both, [twice], NOW), { code: 'SIGNATURE_MISSING' });
});

t.test('a first root agrees with itself and is signed by its own keys', async (t) => {
  t.equal(checkFirstRoot(signRoot(trusted, [old])).version, 3);
  t.throws(() => checkFirstRoot(signRoot(trusted, [next])), { code: 'SIGNATURE_MISSING' });
  const [first, second] = trusted.keys as [RootKeys['keys'][0], RootKeys['keys'][0]];
  for (const [name, more] of [
    [
      'a key under the id of another',
      {
        keys: [first, { ...second, keyId: stranger.publicKey.keyId }],
        packages: [],
        assignments: [],
      },
    ],
    ['a key that is not listed', { packages: [stranger.publicKey.keyId] }],
    ['a key twice', { keys: [first, first, second] }],
    ['more signatures than keys', { root: { ...trusted.root, threshold: 2 } }],
    ['one key counted twice', { root: { keys: [first.keyId, first.keyId], threshold: 2 } }],
    ['expires before it is issued', { expires: '2026-01-01T00:00:00.000Z' as RootKeys['expires'] }],
  ] as const) {
    const invalid = { ...trusted, ...more } as RootKeys;
    t.throws(
      () => checkFirstRoot(signRoot(invalid, [old, stranger])),
      { code: 'ROOT_INVALID' },
      name,
    );
  }
});
