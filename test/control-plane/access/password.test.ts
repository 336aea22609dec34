import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import {
  checkPassword,
  hashPassword,
  requireGoodPassword,
} from '../../../control-plane/src/access/people/password.ts';
import { PasswordService } from '../../../control-plane/src/access/people/password-service.ts';

t.test('a password is known again, however its letters were written', async (t) => {
  const kept = await hashPassword('Grüße aus der Halle');
  t.match(kept, /^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  t.not(kept, await hashPassword('Grüße aus der Halle'), 'a salt of its own');
  t.equal(await checkPassword('Gru\u0308ße aus der Halle', kept), true);
  t.equal(await checkPassword('Grüße aus der halle', kept), false);
  t.equal(await checkPassword('Grüße aus der Halle', null), false);
});

t.test('a hash of other costs still counts', async (t) => {
  // Source: RFC 7914, 12, the third vector, cut to 32 bytes.
  const hash = Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
    'hex',
  ).toString('base64url');
  const salt = Buffer.from('SodiumChloride').toString('base64url');
  const kept = `scrypt$16384$8$1$${salt}$${hash}`;
  t.equal(await checkPassword('pleaseletmein', kept), true);
  t.equal(await checkPassword('pleaseletmeIn', kept), false);
});

t.test('a name that nobody has costs the same work', async (t) => {
  const kept = await hashPassword('correct horse battery');
  // Of the processor, not of the clock: others work here, too.
  const work = async (hash: string | null) => {
    const before = process.cpuUsage();
    await checkPassword('a wrong password', hash);
    return process.cpuUsage(before).user;
  };
  const [known, unknown] = [await work(kept), await work(null)];
  t.ok(unknown > known / 3 && known > unknown / 3, `${known} µs, ${unknown} µs`);
});

t.test('what is easily guessed is refused', async (t) => {
  const refused = [
    ['short', /10 to 200 characters/],
    ['x'.repeat(201), /10 to 200 characters/],
    ['aaaaaaaaaaaa', /5 different/],
    ['I am Anna-Maria', /without the name anna/],
  ] as const;
  for (const [password, message] of refused) {
    t.throws(() => requireGoodPassword(password, 'anna'), { message }, password);
  }
  requireGoodPassword('correct horse battery', 'anna');
});

t.test('two passwords are worked on at once, a few wait, more are refused', async (t) => {
  const service = new PasswordService();
  const ends: (() => void)[] = [];
  let most = 0;
  let busy = 0;
  const work = () =>
    service.run(async () => {
      most = Math.max(most, ++busy);
      await new Promise<void>((end) => ends.push(end));
      busy--;
    });
  const all = Array.from({ length: 34 }, work);
  await turn();
  await t.rejects(work(), { code: 'TOO_BUSY' });
  for (let i = 0; i < 34; i++) {
    ends.shift()?.();
    await turn();
    await turn();
  }
  await Promise.all(all);
  t.equal(most, 2);
  await service.run(async () => {});
});
