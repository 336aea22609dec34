import type { FastifyInstance } from 'fastify';

interface KnownRoute {
  readonly method: string;
  readonly segments: readonly string[];
}

/**
 * Which methods a path has: for whoever asks with another one (RFC 9110, 15.5.6). To be called
 * before the routes are added. @returns the methods of a path without its query, none if there is
 * no such path
 */
export function knownMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: KnownRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const segments = url.split('/');
    for (const each of [method].flat()) routes.push({ method: each, segments });
  });
  return (path) => {
    const asked = path.split('/');
    const fitting = routes.filter(({ segments }) => fits(segments, asked));
    return [...new Set(fitting.map(({ method }) => method))].sort();
  };
}

function fits(segments: readonly string[], asked: readonly string[]): boolean {
  if (segments.length !== asked.length) return false;
  return segments.every((segment, index) => segment.startsWith(':') || segment === asked[index]);
}
