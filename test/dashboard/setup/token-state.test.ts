import t from 'tap';
import { tokenState } from '../../../control-plane/dashboard/src/setup/token-state.ts';
import { words } from '../../../control-plane/dashboard/src/setup/words.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const SOON = '2026-11-26T12:00:01.000Z';
const PAST = '2026-11-26T12:00:00.000Z';

const CASES = [
  ['valid', { revokedAt: null, expiresAt: null }],
  ['valid', { revokedAt: null, expiresAt: SOON, uses: 2, used: 1 }],
  ['used up', { revokedAt: null, expiresAt: SOON, uses: 2, used: 2 }],
  ['expired', { revokedAt: null, expiresAt: PAST }],
  ['revoked', { revokedAt: PAST, expiresAt: PAST, uses: 1, used: 1 }],
] as const;

for (const [text, token] of CASES) {
  t.test(`${text}: ${JSON.stringify(token)}`, async (t) => {
    t.equal(tokenState(token, NOW).text, text);
  });
}

t.test('what is typed with commas and spaces, each once', async (t) => {
  t.same(words(' hall-1, hall-2  hall-1,,'), ['hall-1', 'hall-2']);
  t.same(words(''), []);
});
