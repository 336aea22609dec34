import type { Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { currentChampion, withChampionOfNow } from '../../../trainer/src/jobs/champion-of-now.ts';
import { Refusal } from '../../../trainer/src/jobs/refusal.ts';
import { answeringServer, json } from './answering-server.ts';

/**
 * Runs champions that change.
 * @param seen the champion at each look, the last for good
 * @param gone what no longer is in the registry
 */
async function asked(seen: readonly (string | null)[], gone: readonly string[] = []) {
  const ran: string[] = [];
  let looks = 0;
  const now = async () => seen[Math.min(looks++, seen.length - 1)] as Sha256 | null;
  const brought = await withChampionOfNow(now, async (champion) => {
    ran.push(champion);
    if (gone.includes(champion)) throw new Refusal(404, 'NOT_FOUND', `${champion} is gone`);
    return `predictions of ${champion}`;
  });
  return { ran, brought };
}

t.test('the champion of now is run, and once more where it changes meanwhile', async (t) => {
  t.same(await asked(['a']), { ran: ['a'], brought: 'predictions of a' });
  t.same(await asked(['a', 'b']), { ran: ['a', 'b'], brought: 'predictions of b' });
  t.same(await asked(['a', 'b'], ['a']), { ran: ['a', 'b'], brought: 'predictions of b' });
  t.same(await asked([null]), { ran: [], brought: null });
  t.same(await asked(['a', null]), { ran: ['a'], brought: null });
});

t.test('but not for ever, and what is gone and still champion is told', async (t) => {
  const { ran, brought } = await asked(['a', 'b', 'b', 'c', 'c', 'd']);
  t.same(ran, ['a', 'b', 'c']);
  t.equal(brought, 'predictions of c');
  await t.rejects(asked(['a'], ['a']), { code: 'CONTROL_PLANE_REFUSED', problem: 'NOT_FOUND' });
});

t.test('which one it is the task says', async (t) => {
  const champion = 'ab'.repeat(32);
  const aliases = [
    { alias: 'candidate', digest: 'cd'.repeat(32) },
    { alias: 'champion', digest: champion },
  ];
  const client = await answeringServer(t, ({ url }, response) => {
    json(response, 200, { aliases: url === '/api/tasks/parts' ? aliases : [] });
  });
  const retry = { signal: new AbortController().signal, random: () => 0 };
  t.equal(await currentChampion(client, 'parts', retry), champion);
  t.equal(await currentChampion(client, 'new', retry), null);
  aliases[1] = { alias: 'champion', digest: '../../elsewhere' };
  const refused = currentChampion(client, 'parts', retry);
  await t.rejects(refused, { code: 'PROTOCOL_ID_INVALID' }, 'it becomes the name of a folder');
});
