import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import t from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { PROGRAMS } from '../../stand/programs.ts';
import { runHere } from './stand/run-here.ts';

t.setTimeout(280_000);

const base = mkdtempSync(join(tmpdir(), 'edgeloop-completion-'));
t.teardown(() => rmSync(base, { recursive: true, force: true }));
const controlPlane = new ControlPlaneProcess(['--data', join(base, 'data')]);
await controlPlane.start();
t.teardown(() => controlPlane.kill('SIGKILL'));
await controlPlane.enrol('press-1');
await controlPlane.enrol('press-2');
await controlPlane.enrol('door-1');
await controlPlane.post('/api/tasks', { task: 'parts', classes: ['good', 'bad'] });
const env = {
  EDGELOOP_SERVER: `http://127.0.0.1:${controlPlane.apiPort}`,
  EDGELOOP_TOKEN: controlPlane.token,
};

const complete = async (words: readonly string[], own: object = env) => {
  const { stdout } = await runHere({ env: { ...own } }, 'complete', '--', ...words);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0]);
};

t.test('commands, options, choices and names of the server', async (t) => {
  const first = await complete(['']);
  t.ok(first.includes('devices') && first.includes('doctor') && !first.includes('complete'));
  t.same(await complete(['dev']), ['devices']);
  t.same(await complete(['rollouts', 'roll']), ['roll-back']);
  t.same(await complete(['devices', 'list', '--st']), ['--state']);
  t.same(await complete(['devices', 'list', '--state', 'o']), ['online', 'offline']);
  t.same(await complete(['devices', 'list', '--js']), ['--json'], 'and what every command takes');
  t.same(await complete(['completion', '']), ['bash', 'zsh', 'fish']);
  t.same(await complete(['devices', 'show', 'p']), ['press-1', 'press-2']);
  t.same(await complete(['devices', 'list', '--json', '--server', 'x', '--site', '']), []);
  t.same(await complete(['jobs', 'create', '']), ['parts']);
  t.same(await complete(['jobs', 'list', '--task', 'p']), ['parts']);
  t.same(await complete(['samples', 'add', 'parts', '']), [], 'a file: the shell knows those');
});

t.test('a server that is not there costs a moment, and no error', async (t) => {
  t.same(
    await complete(['devices', 'show', ''], { ...env, EDGELOOP_SERVER: 'http://127.0.0.1:1' }),
    [],
  );
  t.same(await complete(['devices', 'show', ''], {}), []);
});

const there = (shell: string) => spawnSync(shell, ['--version']).status === 0;
const missing = (shell: string) => (there(shell) ? false : `no ${shell} here`);

/** A shell that finds the program under its name. */
function run(shell: string, args: readonly string[]) {
  const program = join(base, 'edgeloop');
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${PROGRAMS.edgeloop} "$@"\n`);
  chmodSync(program, 0o755);
  return spawnSync(shell, args, {
    env: { ...process.env, ...env, HOME: base, PATH: `${base}${delimiter}${process.env.PATH}` },
    encoding: 'utf8',
  });
}

t.test('in a real bash', async (t) => {
  const script = `
eval "$(edgeloop completion bash)"
tab() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  _edgeloop
  echo "\${COMPREPLY[*]}"
}
tab edgeloop ta
tab edgeloop devices show press-
complete -p edgeloop`;
  const { status, stdout, stderr } = run('bash', ['--noprofile', '--norc', '-c', script]);
  t.equal(status, 0, stderr);
  t.same(stdout.trim().split('\n'), [
    ...['tasks', 'press-1 press-2', 'complete -o default -F _edgeloop edgeloop'],
  ]);
});

t.test('in a real fish', { skip: missing('fish') }, async (t) => {
  const script =
    'edgeloop completion fish | source; complete -C "edgeloop ta"; complete -C "edgeloop devices show press-"';
  const { status, stdout, stderr } = run('fish', ['--no-config', '-c', script]);
  t.equal(status, 0, stderr);
  const values = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[0]);
  t.same(values, ['tasks', 'press-1', 'press-2']);
});

// What zsh would show takes a terminal: its functions are replaced by one that prints.
t.test('in a real zsh', { skip: missing('zsh') }, async (t) => {
  const script = `
compdef() { :; }
_describe() { print -l -- \${(P)2}; }
eval "$(edgeloop completion zsh)"
words=(edgeloop devices show press-); CURRENT=4; _edgeloop
`;
  const { status, stdout, stderr } = run('zsh', ['-f', '-c', script]);
  t.equal(status, 0, stderr);
  t.same(stdout.trim().split('\n'), ['press-1:works, unknown', 'press-2:works, unknown']);
});
