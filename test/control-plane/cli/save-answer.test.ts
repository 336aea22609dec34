import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import t from 'tap';
import { ApiAnswer } from '../../../control-plane/src/cli/client/api-answer.ts';
import { saveAnswer } from '../../../control-plane/src/cli/client/save-answer.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';

const answer = (pieces: AsyncIterable<Buffer> | Iterable<Buffer>) =>
  new ApiAnswer(Readable.from(pieces) as never);

t.test(
  'a file that was saved is whole, also when the power goes then',
  { skip: noPowerCut },
  async (t) => {
    const folder = t.testdir({ 'old.csv': 'of before' });
    for (const name of ['new.csv', 'old.csv']) {
      const pieces = [Buffer.from('first,'), Buffer.from('second')];
      const save = async () =>
        t.equal(await saveAnswer(answer(pieces), join(folder, name)), 'first,second'.length);
      t.same(await lostByPowerCut(folder, save), [], name);
      t.equal(readFileSync(join(folder, name), 'utf8'), 'first,second');
    }
  },
);

t.test('an answer that breaks off leaves what was there', async (t) => {
  const folder = t.testdir({ 'old.csv': 'of before' });
  const broken = (async function* () {
    yield Buffer.from('first,');
    throw new Error('reset');
  })();
  const saving = saveAnswer(answer(broken), join(folder, 'old.csv'));
  await t.rejects(saving, { code: 'SERVER_UNREACHABLE', message: /received a part: reset/ });
  t.same(readdirSync(folder), ['old.csv']);
  t.equal(readFileSync(join(folder, 'old.csv'), 'utf8'), 'of before');
  const nowhere = saveAnswer(answer([]), join(folder, 'none', 'new.csv'));
  await t.rejects(nowhere, { code: 'OPTION_INVALID', message: /ENOENT/ });
});
