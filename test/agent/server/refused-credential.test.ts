import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { RefusedCredential } from '../../../agent/src/server/refused-credential.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Whose password can be changed; null: it can't be read. */
function create(password: string | null = 'first') {
  const it = { password };
  const credential = new RefusedCredential({
    password: () => {
      if (it.password === null) throw new Error('damaged');
      return it.password;
    },
  });
  return { it, credential };
}

t.test('nobody waits before one was refused', async (t) => {
  t.equal(create().credential.wait(millis(0)), 0);
});

t.test(
  'one that was refused is looked at each minute, and tried again after an hour',
  async (t) => {
    const { credential } = create();
    credential.refuse(credential.current, millis(0));
    t.equal(credential.wait(millis(0)), MINUTE);
    t.equal(credential.wait(millis(MINUTE)), MINUTE);
    t.equal(credential.wait(millis(HOUR - 1000)), 1000);
    t.equal(credential.wait(millis(HOUR)), 0);
    t.equal(credential.wait(millis(HOUR + 1)), 0, 'until it is refused again');
  },
);

t.test('another is asked with at once, and may be refused, too', async (t) => {
  const { it, credential } = create();
  credential.refuse('first', millis(0));
  it.password = 'second';
  t.equal(credential.wait(millis(MINUTE)), 0);
  credential.refuse('second', millis(MINUTE));
  t.equal(credential.wait(millis(2 * MINUTE)), MINUTE);
});

t.test('one that came while the server was asked is not taken for the refused', async (t) => {
  const { it, credential } = create();
  const asked = credential.current;
  it.password = 'second';
  credential.refuse(asked, millis(0));
  t.equal(credential.wait(millis(0)), 0);
});

t.test('one that can not be read is no other', async (t) => {
  const { it, credential } = create(null);
  credential.refuse(credential.current, millis(0));
  t.equal(credential.wait(millis(0)), MINUTE);
  it.password = 'mended';
  t.equal(credential.wait(millis(0)), 0);
});
