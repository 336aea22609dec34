import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Operations that no command has, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  enrolDevice: 'edgeloop-agent enrol: a device proves that it has its key',
  rotateOwnCredential: 'edgeloop-agent rotate: the same',
  listNextRoots: 'of devices',
  beginSample: 'of devices',
  appendSample: 'of devices',
  keepDeviceLog: 'of devices',
  keepCameraPicture: 'of devices',
  keepOccurrencePicture: 'of devices',
  leaseJob: 'of trainers',
  keepLease: 'of trainers',
  beginJobFile: 'of trainers',
  appendToJobFile: 'of trainers',
  readJobFile: 'of trainers',
  saveCheckpoint: 'of trainers',
  concludeJob: 'of trainers',
  authenticateClient: 'of a broker of another make',
  authorizeClient: 'of a broker of another make',
  viewUpload: 'beginUpload says where an upload stands: models push begins again with it',
  readFleet: 'devices list in columns, for 10,000 rows of a page',
  listRolloutDeviceStates: 'rollouts devices, compact, for a page that draws all of them',
  setModelReport: 'edgeloop-trainer brings it with its model',
  openSession: 'logs a browser in: programs have a token',
  closeSession: 'of browsers',
  changePassword: 'of people, who have browsers; edgeloop people invite for one that is forgotten',
  cancelUpload: 'one that gets nothing for 7 days is removed by itself',
};

interface Operation {
  readonly route: string;
  readonly id: string;
}

function operations(): Operation[] {
  const { paths } = JSON.parse(readFileSync(at('docs/openapi.json'), 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: id }]) => ({
      route: `${method.toUpperCase()} ${path}`,
      id,
    })),
  );
}

function textsOf(folder: string): string[] {
  return readdirSync(at(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('completion'))
    .map((file) => readFileSync(join(at(folder), file), 'utf8'));
}

/**
 * Every route that the command line asks, as its source has it: `ApiClient` takes no other form.
 */
function asked(): Set<string> {
  const texts = textsOf('control-plane/src/cli');
  return new Set(
    texts.flatMap((text) => text.match(/(?<=')(GET|POST|PUT|PATCH|DELETE) \/[^']*(?=')/g) ?? []),
  );
}

t.test('every operation of the API has a command, or a reason why not', async (t) => {
  const routes = asked();
  const without = operations().filter(({ route, id }) => !routes.has(route) && !(id in WITHOUT));
  t.same(without, []);
});

t.test('every route that a command asks is there, and no reason is out of date', async (t) => {
  const known = operations();
  const routes = new Set(known.map(({ route }) => route));
  t.same(
    [...asked()].filter((route) => !routes.has(route)),
    [],
  );
  const used = asked();
  t.same(
    Object.keys(WITHOUT).filter((id) => {
      const operation = known.find((each) => each.id === id);
      return !operation || used.has(operation.route);
    }),
    [],
  );
});

t.test('a command of another program that it tells of is there', async (t) => {
  const source = textsOf('agent/src').join();
  const known = {
    trainer: readdirSync(at('trainer/src/commands')).map((file) => file.split('-command.')[0]),
    agent: Array.from(source.matchAll(/command\('([a-z-]+)/g), ([, name]) => name),
  };
  const told = textsOf('control-plane/src/cli')
    .join()
    .matchAll(/edgeloop-(trainer|agent) ([a-z]+)/g);
  const unknown = [...told].filter(
    ([, program, name]) => !known[program as keyof typeof known].includes(name),
  );
  t.same(
    unknown.map(([text]) => text),
    [],
  );
});
