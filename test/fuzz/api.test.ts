import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { TSchema } from 'typebox';
import { asDevice, KNOWN_DEVICES } from '../control-plane/stand/known-devices.ts';
import { openTestApi } from '../control-plane/stand/open-test-api.ts';
import { bearer } from '../control-plane/stand/test-api.ts';
import { takesItsTime } from './stand/budget.ts';
import { bringExisting } from './stand/existing-ids.ts';
import { fuzzValues } from './stand/fuzz-values.ts';
import { demand } from './stand/refusal.ts';
import { nearly } from './stand/schema-values.ts';

takesItsTime(t);

/** The two pages of the dashboard that every test of it needs. */
const dashboard = join(t.testdirName, 'dashboard');
mkdirSync(join(dashboard, 'assets'), { recursive: true });
writeFileSync(join(dashboard, 'index.html'), '<!doctype html><title>Edgeloop</title>');
writeFileSync(join(t.testdirName, 'secret.txt'), 'beside the dashboard');
t.teardown(() => t.testdir({}));

const api = await openTestApi(t, { devices: KNOWN_DEVICES, dashboard });
const { app, tokens } = api;
const admin = await bearer(tokens, 'admin');
const viewer = await bearer(tokens, 'viewer');
const existing = await bringExisting(api, admin);

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
}
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: TSchema }>>;
  };
}
const { paths } = (await app.inject('/api/openapi.json')).json() as {
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>;
};
const OPERATIONS: readonly Operation[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, rest]) => ({
    path,
    method: method.toUpperCase(),
    ...rest,
  })),
);
/** Endless, or the end of those who ask. */
const operations = OPERATIONS.filter(({ path }) => path !== '/api/events');

function addressOf(
  { path, parameters = [] }: Operation,
  value: (name: string) => string | null,
): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(value(name) ?? existing[name] ?? 'a'.repeat(64)),
  );
  const query = parameters.flatMap(({ name, in: place }) => {
    const given = place === 'query' ? value(name) : null;
    return given === null ? [] : `${name}=${encodeURIComponent(given)}`;
  });
  return query.length > 0 ? `${filled}?${query.join('&')}` : filled;
}

async function ask(method: string, url: string, authorization: string | null, body?: unknown) {
  const answer = await app.inject({
    method: method as 'GET',
    url,
    remoteAddress: anywhere(),
    headers: { ...(authorization !== null && { authorization }) },
    ...(body !== undefined && { payload: body as object }),
  });
  return answer;
}
/** Whoever fails waits: here nobody does. */
let asked = 0;
const anywhere = () => `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked++ & 255}`;

const ROLE = /Role: (\w+)/;
const isFor = ({ description = '' }: Operation) => ROLE.exec(description)?.[1] ?? 'anyone';

t.test('every route but a few is for somebody, and nobody is let in by any of those', async (t) => {
  const open = operations.filter((operation) => isFor(operation) === 'anyone');
  t.ok(
    operations.length - open.length > 100,
    `${operations.length} routes, ${open.length} for anyone`,
  );
  const letIn: string[] = [];
  for (const operation of operations.filter((one) => isFor(one) !== 'anyone')) {
    const { method, path } = operation;
    const { statusCode } = await ask(
      method,
      addressOf(operation, () => null),
      null,
    );
    if (statusCode !== 401) letIn.push(`${method} ${path}: ${statusCode}`);
  }
  t.same(letIn, []);
});

t.test(
  "a device's password opens what is a device's, a viewer's token changes nothing",
  async (t) => {
    const letIn: string[] = [];
    for (const operation of operations) {
      const { method, path } = operation;
      const role = isFor(operation);
      const refuses = async (who: string, authorization: string) => {
        const { statusCode } = await ask(
          method,
          addressOf(operation, () => null),
          authorization,
        );
        if (statusCode !== 403) letIn.push(`${who}: ${method} ${path}: ${statusCode}`);
      };
      if (!['anyone', 'known', 'device'].includes(role))
        await refuses('a device', asDevice('door'));
      if (!['anyone', 'known', 'viewer'].includes(role)) await refuses('a viewer', viewer);
    }
    t.same(letIn, []);
  },
);

/**
 * Of OWASP's lists: SQL, shell, templates, paths, headers, and what JavaScript and SQLite take
 * amiss.
 */
const ATTACKS = [
  ...["' OR '1'='1", '1; DROP TABLE devices;--', '%', '$(reboot)', '../../../etc/passwd'],
  ...['\u0000', 'a\r\nSet-Cookie: x=1', '<script>alert(1)</script>', '__proto__', '1e999'],
  ...['x'.repeat(5000), '['.repeat(2000)],
];

/** A query that names no task finds nothing; the model has no predictions. */
const MISSES = ['/api/models', '/api/models/{digest}/predictions', '/api/jobs'];

t.test(
  'an attack in a parameter is text, or refused: by no route it fails the server',
  async (t) => {
    const failed: string[] = [];
    /** Where an attack in a query met nothing that the path names. */
    const missed = new Set<string>();
    const before = (await ask('GET', '/api/devices', admin)).body;
    for (const operation of operations) {
      const { method, parameters = [] } = operation;
      for (const { name, in: place } of parameters) {
        if (place === 'header') continue;
        for (const attack of ATTACKS) {
          const url = addressOf(operation, (one) => (one === name ? attack : null));
          const answer = await ask(
            method,
            url,
            isFor(operation) === 'device' ? asDevice('door') : admin,
          );
          const split = answer.headers['set-cookie'] ?? answer.headers.x;
          if (place === 'query' && answer.statusCode === 404) missed.add(operation.path);
          if (answer.statusCode >= 500 || split)
            failed.push(`${answer.statusCode} ${method} ${url.slice(0, 200)}`);
        }
      }
    }
    t.same(failed, []);
    t.same([...missed], MISSES, 'elsewhere what the path names is there');
    t.equal((await ask('GET', '/api/devices', admin)).body, before, 'and all is as it was');
  },
);

t.test('no path leaves the folder that it is below', async (t) => {
  const below = ['/', '/assets/', '/api/docs/static/', `/api/models/${'a'.repeat(64)}/files/`];
  const ups = [
    '../',
    '..%2f',
    '%2e%2e/',
    '%2e%2e%2f',
    '..%5c',
    '....//',
    '%252e%252e%252f',
    '..;/',
    '.%00./',
  ];
  for (const folder of below) {
    for (const up of ups) {
      for (const target of ['secret.txt', 'package.json', 'etc/passwd', 'control-plane.db']) {
        for (const deep of [1, 2, 6]) {
          const answer = await ask('GET', `${folder}${up.repeat(deep)}${target}`, admin);
          const page = answer.statusCode === 200 && !/<!doctype html>/i.test(answer.body);
          if (page || answer.statusCode >= 500)
            t.fail(`${folder}${up.repeat(deep)}${target}: ${answer.statusCode}`);
        }
      }
    }
  }
});

/** Those that take JSON: each with bodies that nearly fit its schema. */
const bodies = operations.flatMap((operation) => {
  const schema = operation.requestBody?.content['application/json']?.schema;
  return schema ? [nearly(schema).map((body) => ({ operation, body }))] : [];
});

t.test('bodies that nearly fit never fail the server', (t) =>
  fuzzValues(t, {
    name: 'bodies of requests',
    cases: 100,
    values: fc.oneof(...bodies),
    async run({ operation, body }) {
      const { method, path } = operation;
      const who = isFor(operation) === 'device' ? asDevice('door') : admin;
      // An array or a mapping: fastify takes a text for one that is JSON already.
      const payload = JSON.stringify(body);
      const { statusCode } = await app.inject({
        method: method as 'POST',
        url: addressOf(operation, () => null),
        payload,
        remoteAddress: anywhere(),
        headers: { authorization: who, 'content-type': 'application/json' },
      });
      demand(
        statusCode < 500,
        `${method} ${path} answers ${statusCode} to ${payload.slice(0, 2000)}`,
      );
    },
  }),
);

t.test('brackets within brackets are refused', async (t) => {
  const payload = `{"task":"x","classes":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const answer = await app.inject({
    method: 'POST',
    url: '/api/tasks',
    payload,
    headers: { authorization: admin, 'content-type': 'application/json' },
  });
  t.match(answer.json(), { status: 400, code: 'REQUEST_INVALID', detail: /512 deep/ });
});
