import type { FastifyInstance } from 'fastify';
import type { AnsweredRequest } from '../../metrics/metrics.ts';

/** They stay open as long as somebody listens. */
const ENDLESS = new Set(['/api/events']);

/** Tells how long each request took. What asks for no route of ours is one of them all. */
export function measureRequests(
  app: FastifyInstance,
  answered: (request: AnsweredRequest) => void,
): void {
  app.addHook('onResponse', async ({ method, routeOptions: { url = 'none' } }, reply) => {
    if (ENDLESS.has(url)) return;
    const { statusCode: status, elapsedTime } = reply;
    answered({ method, route: url, status, seconds: elapsedTime / 1000 });
  });
}
