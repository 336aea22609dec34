import { nameOptions } from '@edgeloop/daemon/name-options';
import { Command } from 'commander';
import t from 'tap';
import { ControlPlaneError } from '../../control-plane/src/errors.ts';

const refuse = (message: string) => (): never => {
  throw new ControlPlaneError('OPTION_INVALID', message);
};

function program(): Command {
  const made = new Command('program');
  made
    .command('run')
    .option('--age <duration>', 'how old', refuse('Expected a duration, received "5".'))
    .option('--broker <url>', 'where', refuse('Expected a URL for --broker, received "x".'))
    .option('--count <n>', 'how many', Number)
    .action(() => {});
  nameOptions(made);
  return made;
}

const parse = (...words: string[]) => program().parseAsync(['run', ...words], { from: 'user' });

t.test('a refused value is told by its option, once', async (t) => {
  await t.rejects(parse('--age', '5'), {
    code: 'OPTION_INVALID',
    message: '--age: Expected a duration, received "5".',
  });
  await t.rejects(parse('--broker', 'x'), {
    message: 'Expected a URL for --broker, received "x".',
  });
  await parse('--count', '3');
});
