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

/** Every route that the command line asks, as its source has it: `ApiClient` takes no other form. */
function asked(): Set<string> {
  const folder = at('control-plane/src/cli');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => file.endsWith('.ts') && !file.startsWith('completion'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
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
