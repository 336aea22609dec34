import { Command } from 'commander';
import t from 'tap';
import { option } from '../../../control-plane/src/commands/option.ts';

/** What the option is, of the variable and a command line. */
function allowed(said: string | undefined, ...line: string[]): unknown {
  const program = new Command().addOption(option('--allow-anonymous', 'devices'));
  delete process.env.EDGELOOP_ALLOW_ANONYMOUS;
  if (said !== undefined) process.env.EDGELOOP_ALLOW_ANONYMOUS = said;
  program.parse(line, { from: 'user' });
  return program.opts().allowAnonymous;
}
t.teardown(() => delete process.env.EDGELOOP_ALLOW_ANONYMOUS);

t.test('a variable of an option without a value is on only where it says so', async (t) => {
  for (const on of ['1', 'true', 'TRUE', 'yes']) t.equal(allowed(on), true, on);
  for (const off of ['0', 'false', 'False', 'no', '']) t.equal(allowed(off), false, off);
  t.throws(() => allowed('perhaps'), {
    code: 'OPTION_INVALID',
    message: /EDGELOOP_ALLOW_ANONYMOUS, received "perhaps"/,
  });
  t.throws(() => allowed('11'), { code: 'OPTION_INVALID' });
});

t.test('the command line counts before it', async (t) => {
  t.equal(allowed(undefined), undefined);
  t.equal(allowed(undefined, '--allow-anonymous'), true);
  t.equal(allowed('0', '--allow-anonymous'), true);
});
