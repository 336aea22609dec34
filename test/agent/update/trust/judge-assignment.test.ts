import {
  type DeviceId,
  epochMillis,
  type Sha256,
  type SignedAssignment,
  type SlotId,
  timestamp,
} from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import {
  type AssignmentQuestion,
  type AssignmentVerdict,
  judgeAssignment,
} from '../../../../agent/src/update/trust/judge-assignment.ts';
import { TakenAssignments } from '../../../../agent/src/update/trust/taken-assignments.ts';
import { DEVICE, SignedFleet, SLOT } from '../../../stand/fleet/signed-fleet.ts';

const DAY = 86_400_000;
const A = 'a'.repeat(64) as Sha256;
const B = 'b'.repeat(64) as Sha256;
const fleet = await SignedFleet.create(t);
const NOW = epochMillis(Date.now());

const question = (more: Partial<AssignmentQuestion> = {}): AssignmentQuestion => ({
  device: DEVICE,
  slot: SLOT,
  as: 'active',
  root: fleet.root,
  taken: {},
  now: NOW,
  ...more,
});
/** Of an assignment that must be accepted. */
const takenOf = (verdict: AssignmentVerdict): TakenAssignments => {
  if (verdict.kind === 'accepted') return verdict.taken;
  throw new Error(JSON.stringify(verdict));
};
const taken = (signed: SignedAssignment) => takenOf(judgeAssignment(signed, question()));

t.test('what is made out to this device, unexpired and new, is accepted', async (t) => {
  const verdict = judgeAssignment(fleet.assign(A, 3), question());
  t.match(verdict, { kind: 'accepted', assignment: { digest: A, generation: 3 } });
  const state = taken(fleet.assign(A, 3));
  t.ok(Check(TakenAssignments, state), 'as it is kept');
  t.match(judgeAssignment(fleet.assign(B, 4), question({ taken: state })), { kind: 'accepted' });
});

t.test('what is refused, and why', async (t) => {
  const seven = taken(fleet.assign(A, 7));
  const forged = { ...fleet.assign(A, 8), signed: { ...fleet.assign(A, 8).signed, digest: B } };
  const other = await SignedFleet.create(t);
  for (const [name, signed, more, code, message] of [
    ['no root', fleet.assign(A, 8), { root: null }, 'ROOT_MISSING', /trust\.root in agent\.yaml/],
    ['altered', forged, {}, 'SIGNATURE_WRONG', /changed after it was signed/],
    ['of other keys', other.assign(A, 8), {}, 'KEY_UNKNOWN', /lets sign assignments/],
    ['of a package key', fleet.assign(A, 8, {}, fleet.packageKey), {}, 'KEY_UNKNOWN', /by/],
    ['another device', fleet.assign(A, 8, { device: 'pi-2' as DeviceId }), {}, ...REFUSED],
    ['another slot', fleet.assign(A, 8, { slot: 'side' as SlotId }), {}, ...REFUSED],
    ['another purpose', fleet.assign(A, 8, { as: 'shadow' }), {}, ...REFUSED],
    ['older', fleet.assign(B, 6), {}, ...REFUSED],
    ['the same generation for another model', fleet.assign(B, 7), {}, ...REFUSED],
    ['expired', fleet.assign(A, 8, { expires: timestamp(NOW) }), {}, ...REFUSED],
    [
      'under an expired root',
      fleet.assign(A, 8),
      { now: epochMillis(NOW + 400 * DAY) },
      'ROOT_EXPIRED',
      /edgeloop keys rotate/,
    ],
  ] as const) {
    const verdict = judgeAssignment(signed, question({ taken: seven, ...more }));
    t.match(verdict, { kind: 'refused', reason: { code, message } }, name);
  }
});

const REFUSED = ['ASSIGNMENT_REFUSED', /^Expected of an assignment: /] as const;

t.test('what was accepted is known when it is said again, also after it expired', async (t) => {
  const signed = fleet.assign(A, 7);
  const state = taken(signed);
  const late = epochMillis(NOW + 30 * DAY);
  t.match(judgeAssignment(signed, question({ taken: state, now: late })), { kind: 'known' });
  const forged = { ...signed, signed: { ...signed.signed, expires: timestamp(NOW + 60 * DAY) } };
  t.match(judgeAssignment(forged, question({ taken: state })), { kind: 'refused' });
});

t.test('generations are counted by slot, purpose and key', async (t) => {
  let state = taken(fleet.assign(A, 7));
  const shadow = { as: 'shadow' } as const;
  const asShadow = judgeAssignment(
    fleet.assign(B, 1, shadow),
    question({ taken: state, ...shadow }),
  );
  t.match(asShadow, { kind: 'accepted' });
  state = takenOf(asShadow);
  t.match(judgeAssignment(fleet.assign(B, 7), question({ taken: state })), { kind: 'refused' });
  const side = { slot: 'side' as SlotId };
  t.match(judgeAssignment(fleet.assign(B, 1, side), question({ taken: state, ...side })), {
    kind: 'accepted',
  });
});

t.test(
  'a key that replaces another counts anew, and what the old one counted is forgotten',
  async (t) => {
    const rotated = await SignedFleet.create(t);
    const old = rotated.onlineKey;
    const before = judgeAssignment(
      rotated.assign(A, 2 ** 50, {
        issued: timestamp(NOW + 1000 * DAY),
        expires: timestamp(NOW + 1001 * DAY),
      }),
      question({ root: rotated.root }),
    );
    const state = takenOf(before);
    t.match(
      judgeAssignment(rotated.assign(B, 9), question({ root: rotated.root, taken: state })),
      { kind: 'refused' },
      'whoever stole the key has counted and dated it far ahead',
    );
    await rotated.rotate(['online']);
    const root = rotated.root;
    const after = judgeAssignment(rotated.assign(B, 1), question({ root, taken: state }));
    t.match(after, { kind: 'accepted' });
    t.notOk(JSON.stringify(after).includes(old.publicKey.keyId));
    const stolen = rotated.assign(A, 2 ** 51, {}, old);
    t.match(judgeAssignment(stolen, question({ root, taken: state })), {
      kind: 'refused',
      reason: { code: 'KEY_UNKNOWN' },
    });
  },
);

t.test(
  'of two keys that may both sign, each counts for itself and neither is forgotten',
  async (t) => {
    const second = await SignedFleet.create(t);
    const { onlineKey } = second;
    const both = {
      ...fleet.root,
      keys: [...fleet.root.keys, onlineKey.publicKey],
      assignments: [...fleet.root.assignments, onlineKey.publicKey.keyId],
    };
    const ask = (signed: SignedAssignment, state: TakenAssignments) =>
      judgeAssignment(signed, question({ root: both, taken: state }));
    const first = taken(fleet.assign(A, 7));
    const other = ask(second.assign(B, 1), first);
    const state = takenOf(other);
    t.match(ask(fleet.assign(B, 6), state), { kind: 'refused' });
    t.match(ask(fleet.assign(A, 7), state), { kind: 'known' });
  },
);

t.test('a clock that stands still does not make old assignments new', async (t) => {
  const since1970 = epochMillis(0);
  const ask = (signed: SignedAssignment, state: TakenAssignments) =>
    judgeAssignment(signed, question({ taken: state, now: since1970 }));
  const beforeRoot = { expires: timestamp(Date.parse(fleet.root.issued) - 1) };
  t.match(ask(fleet.assign(A, 1, beforeRoot), {}), { kind: 'refused' });
  const state = taken(fleet.assign(A, 7));
  t.match(ask(fleet.assign(B, 7), state), { kind: 'refused' });
  t.match(ask(fleet.assign(B, 8), state), { kind: 'accepted' });
});

t.test('what was given by a clock of 2038 does not shut out what comes after it', async (t) => {
  const of2038 = { issued: timestamp(Date.UTC(2038)), expires: timestamp(Date.UTC(2038, 1)) };
  const state = taken(fleet.assign(A, 7, of2038));
  const after = judgeAssignment(fleet.assign(B, 8), question({ taken: state }));
  t.match(after, { kind: 'accepted' });
  const expired = fleet.assign(A, 9, { expires: timestamp(NOW - 1) });
  t.match(judgeAssignment(expired, question({ taken: takenOf(after) })), { kind: 'refused' });
});
