import type { FastifyInstance } from 'fastify';
import { nameOf } from '../../access/roles.ts';
import { hashSecret } from '../../access/secret.ts';
import type { AuditStore } from '../../audit/audit-store.ts';
import { tokenId } from '../../devices/enrolment-token-store.ts';
import { isChange } from './forgery.ts';
import { REPLAYED } from './idempotency.ts';
import './route-config.ts';

/** Never written down, whatever route they come with. */
const SECRET = /password|secret|token|authorization|private/i;
/** Nor is any that we made ourselves, by whatever name. */
const OUR_SECRET = /^el[a-z]_[\w-]{43}$/;
const ENROLMENT_TOKEN = /^ele_[\w-]{43}$/;

/** Writes every change that went through to the audit log, before its answer leaves. */
export function auditChanges(app: FastifyInstance, audit: Pick<AuditStore, 'record'>): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { config, schema } = request.routeOptions;
    const changed = isChange(request) && reply.statusCode < 400 && !config.unaudited;
    // The same answer once more, to who lost it, changes nothing.
    if (changed && !reply.hasHeader(REPLAYED)) {
      await audit.record({
        principal: nameOf(request.principal),
        via: request.principal.kind === 'person' ? (request.principal.via?.name ?? null) : null,
        address: request.ip,
        action: (schema as { operationId?: string })?.operationId ?? request.method,
        subject: request.url.split('?')[0] as string,
        status: reply.statusCode,
        request: withoutSecrets(isText(request) ? request.body : null),
      });
    }
    return payload;
  });
}

/** JSON alone: pictures and models are named by the path. */
const isText = ({ headers }: { headers: Record<string, unknown> }) =>
  String(headers['content-type']).startsWith('application/json');

/** A manifest is text, too, and has its own place. */
const MAX_TEXT = 1000;

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string' && OUR_SECRET.test(value)) return hidden(value);
  if (typeof value === 'string' && value.length > MAX_TEXT) return `${value.slice(0, MAX_TEXT)}…`;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET.test(key) && typeof inner === 'string' ? hidden(inner) : withoutSecrets(inner),
    ]),
  );
}

/** Of an enrolment token its id, which its list has: who was let in by it can be found. */
const hidden = (secret: string) =>
  ENROLMENT_TOKEN.test(secret) ? tokenId(hashSecret(secret)) : '…';
