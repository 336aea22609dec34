import { readFileSync } from 'node:fs';
import t from 'tap';
import { EXIT_STATUSES } from '../../../control-plane/src/cli/exit-statuses.ts';
import { ERRORS } from '../../../control-plane/src/errors.ts';

const docs = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

t.test('each exit status is one kind of end, and documented as it is told', async (t) => {
  const statuses = EXIT_STATUSES.map(({ status }) => status);
  t.same([...new Set(statuses)], statuses);
  for (const { status, meaning } of EXIT_STATUSES) {
    t.match(
      docs,
      new RegExp(`^\\| ${status} +\\| ${meaning.replaceAll(/[().?]/g, '\\$&')} +\\|$`, 'm'),
    );
  }
});

t.test('whatever the server may refuse with ends with a status that is told', async (t) => {
  const told = new Set(EXIT_STATUSES.map(({ status }) => status));
  // The others end a process that needs no server: 60 to 65, 108.
  const untold = Object.entries(ERRORS).filter(
    ([code, { exit }]) => exit > 65 && code !== 'DATA_OLDER' && !told.has(exit),
  );
  t.same(untold, []);
});
