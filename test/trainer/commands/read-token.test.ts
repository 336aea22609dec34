import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { readToken } from '../../../trainer/src/commands/read-token.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-token-'));
t.teardown(() => rm(folder, { recursive: true }));
const path = join(folder, 'trainer.token');

t.test('a token is what its file holds, without the end of the line', async (t) => {
  await writeFile(path, '\n elt_secret\r\n');
  t.equal(await readToken(path), 'elt_secret');
});

t.test('what no header can hold is refused, and not told', async (t) => {
  for (const [content, message] of [
    ['', /received nothing in/],
    [' \n', /received nothing in/],
    ['elt_secret\nelt_secret', /several words or lines/],
    ['elt_secret # of the trainer', /several words or lines/],
    ['elt_secr\u0000et', /characters that no token has/],
    ['elt_secr\u00e9t', /characters that no token has/],
  ] as const) {
    await writeFile(path, content);
    const error = await readToken(path).catch((thrown: Error) => thrown);
    t.match(error, { code: 'OPTION_INVALID', message }, JSON.stringify(content));
    t.notMatch(String(error), /elt_/);
  }
  await t.rejects(readToken(join(folder, 'none')), { code: 'OPTION_INVALID', message: /ENOENT/ });
});
