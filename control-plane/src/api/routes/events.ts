import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { AccessChanges } from '../../access/access-changes.ts';
import { mayUse, type Principal } from '../../access/roles.ts';
import { SEEN_EVERY } from '../../access/sessions/session-limits.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { DetectionFollower } from '../../events/detection-follower.ts';
import type { EventBus } from '../../events/event-bus.ts';
import { matchesEvent } from '../../events/match-event.ts';
import { requireKind } from '../../events/require-kind.ts';
import { EventStream } from '../event-stream.ts';
import { PROBLEMS } from '../problem.ts';

export interface EventParts {
  readonly events: EventBus;
  readonly detections: DetectionFollower;
  readonly changes: AccessChanges;
}

const EventQuery = Type.Object(
  {
    kind: Type.Optional(
      Type.String({
        description:
          'Kinds, separated by commas; device.* for all of a noun. Default: every kind but detections and pictures',
      }),
    ),
    site: Type.Optional(Type.String()),
    device: Type.Optional(Type.String()),
    task: Type.Optional(Type.String()),
    job: Type.Optional(Type.String()),
    rollout: Type.Optional(Type.String()),
    after: Type.Optional(
      Type.String({
        description: 'As Last-Event-ID, for who opens a stream and can set no header',
      }),
    ),
  },
  { additionalProperties: false },
);
type EventQuery = Static<typeof EventQuery>;

/** Through proxies that end what says nothing. */
const HEARTBEAT = 15_000;
const MOST_STREAMS = 500;
const LONGEST_END = 5_000;

/** What changes, as it changes: server-sent events (WHATWG HTML, 9.2). */
export function addEventRoutes(
  app: FastifyInstance,
  { events, detections, changes }: EventParts,
): void {
  /** How each open stream is ended. */
  const open = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of open) end();
  });

  app.get<{ Querystring: EventQuery }>(
    '/api/events',
    {
      // HEAD would open a stream of which nothing is given.
      exposeHeadRoute: false,
      config: { role: 'viewer', anyTask: true },
      schema: {
        operationId: 'streamEvents',
        summary:
          'What changes, as it changes: server-sent events; Last-Event-ID goes on after a short break',
        tags: ['events'],
        querystring: EventQuery,
        response: {
          200: {
            description: 'One JSON object an event: id, kind, at, subject, data',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
          ...PROBLEMS,
        },
      },
    },
    async ({ query, headers, raw: request, whoNow }, reply) => {
      if (open.size >= MOST_STREAMS) {
        const message = `Expected at most ${MOST_STREAMS} open event streams, received one more. Close some.`;
        throw new ControlPlaneError('TOO_BUSY', message);
      }
      const { kind = '', after, ...subject } = query;
      const filter = { kinds: kind.split(',').filter(Boolean), subject };
      for (const asked of filter.kinds) requireKind(asked);
      const wantsDetections = matchesEvent(filter, { kind: 'detection.stored', subject });
      const unfollow = wantsDetections ? await detections.follow() : () => {};
      reply.hijack();
      const { raw: response } = reply;
      // Whoever has gone meanwhile has told so before anybody listened.
      if (request.socket.destroyed) return unfollow();
      const stream = new EventStream(response);
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      // A browser that connects again says the header, which is newer.
      const last = headers['last-event-id'] ?? after;
      const missed =
        typeof last === 'string' ? (wantsDetections ? detections : events).since(last) : [];
      const unsubscribe = events.subscribe((event) => {
        if (matchesEvent(filter, event)) stream.tell(event);
      });
      void stream.begin(missed?.filter((event) => matchesEvent(filter, event)) ?? null);
      const heartbeat = setInterval(() => stream.beat(), HEARTBEAT);
      // Who may no longer listen hears no more; who may is seen.
      const judge = () => void whoNow().then(endUnless, () => stop());
      const endUnless = (who: Principal) => mayUse(who, 'viewer') || stop();
      const look = setInterval(judge, SEEN_EVERY);
      const unwatch = changes.subscribe(judge);
      const stop = () => {
        if (!open.delete(stop)) return;
        clearInterval(heartbeat);
        clearInterval(look);
        unwatch();
        unsubscribe();
        unfollow();
        stream.end();
        // One that reads no more never takes the end.
        setTimeout(() => response.destroy(), LONGEST_END).unref();
      };
      open.add(stop);
      request.on('close', stop);
    },
  );
}
