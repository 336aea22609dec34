import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ControlPlaneError } from '../errors.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * A line from the person at the terminal; `hidden`: what is typed is not shown.
 * @throws ControlPlaneError `DECLINED`: Ctrl-C, or the end of the input, instead of a line
 */
export async function askPerson(
  { stdin, stderr, signal }: Pick<Surroundings, 'stdin' | 'stderr' | 'signal'>,
  question: string,
  typed: 'shown' | 'hidden',
): Promise<string> {
  let quiet = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!quiet) stderr.write(chunk.toString());
      done();
    },
  });
  const lines = createInterface({ input: stdin, output, terminal: true });
  const left = new AbortController();
  for (const way of ['SIGINT', 'close'] as const) lines.once(way, () => left.abort());
  try {
    const answer = lines.question(question, { signal: AbortSignal.any([signal, left.signal]) });
    quiet = typed === 'hidden';
    return await answer;
  } catch (cause) {
    throw new ControlPlaneError('DECLINED', 'Nothing was changed.', { cause });
  } finally {
    lines.close();
    if (quiet) stderr.write('\n');
  }
}
