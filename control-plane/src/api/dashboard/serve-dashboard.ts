import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ControlPlaneError } from '../../errors.ts';
import { earlyAnswers } from './early-answers.ts';
import { PAGE_HEADERS } from './page-headers.ts';

/** Where Vite builds it: beside the control plane's `src` and `dist` alike. */
export const BUILT_DASHBOARD = fileURLToPath(
  new URL('../../../dashboard/dist/app/', import.meta.url),
);

const FOR_GOOD = 'public, max-age=31536000, immutable';

/**
 * The dashboard, at every address that is not the API's. Its files have their digest in their
 * names: a browser keeps them for good, and asks for the page alone.
 * @param methodsOf which methods a path of the API has
 */
export async function serveDashboard(
  app: FastifyInstance,
  folder: string | null,
  methodsOf: (path: string) => readonly string[],
): Promise<void> {
  const built = folder !== null && existsSync(join(folder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      serve: false,
      cacheControl: false,
      // The build leaves each file compressed beside it.
      preCompressed: true,
    });
    app.get<{ Params: { '*': string } }>(
      '/assets/*',
      { config: { role: 'anyone' }, schema: { hide: true } },
      (request, reply) =>
        reply
          .headers({ ...PAGE_HEADERS, 'cache-control': FOR_GOOD })
          .sendFile(`assets/${request.params['*']}`),
    );
  } else {
    app.get('/', { config: { role: 'anyone' }, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect('/api/docs'),
    );
  }
  app.setNotFoundHandler(({ method, url, principal }, reply) => {
    const [path = '/'] = url.split('?');
    if (built && method === 'GET' && isPage(path)) {
      const early = earlyAnswers(path, principal);
      return reply
        .code(200)
        .headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache', ...(early && { link: early }) })
        .sendFile('index.html');
    }
    const methods = methodsOf(path);
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '));
      const message = `Expected one of the methods ${methods.join(', ')} for ${path.slice(0, 200)}, received ${method}.`;
      throw new ControlPlaneError('METHOD_NOT_ALLOWED', message);
    }
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected one of the paths in /api/openapi.json, received ${method} ${url.slice(0, 200)}.`,
    );
  });
}

/**
 * An address that the dashboard knows, or says itself that it does not: none of the API's, and no
 * file.
 */
function isPage(path: string): boolean {
  return !/^\/(api|assets)(\/|$)/.test(path) && !/\.\w+$/.test(path);
}
