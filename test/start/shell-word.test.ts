import { execFileSync } from 'node:child_process';
import t from 'tap';
import { shellWord } from '../../start/src/shell-word.ts';

t.test('a shell takes it for the one word that it was', (t) => {
  for (const text of ['.edgeloop', 'my data/admin-token', 'it\'s $HOME; `ls` \\ "x" *', '', '~']) {
    const command = `printf %s ${shellWord(text)}`;
    t.equal(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }), text);
  }
  t.end();
});

t.test('what is plain stays as it is, to be read', (t) => {
  t.equal(shellWord('../x/.edgeloop/control-plane_1'), '../x/.edgeloop/control-plane_1');
  t.equal(shellWord(`node ${shellWord('a b')}`), `'node '\\''a b'\\'''`);
  t.end();
});
