import type { FastifyInstance, FastifyRequest } from 'fastify';
import { nameOf } from '../../access/roles.ts';
import { hashSecret } from '../../access/secret.ts';
import type { AuditStore, NewAuditEntry } from '../../audit/audit-store.ts';
import { tokenId } from '../../devices/enrolment-token-store.ts';
import { PatientAnswer } from '../answer-patiently.ts';
import { isChange } from './forgery.ts';
import { REPLAYED } from './idempotency.ts';
import './route-config.ts';

/** HTTP's "Accepted". */
const BEGUN = 202;
/** Never written down, whatever route they come with. */
const SECRET = /password|secret|token|authorization|private/i;
/** Nor is any that we made ourselves, by whatever name. */
const OUR_SECRET = /^el[a-z]_[\w-]{43}$/;
const ENROLMENT_TOKEN = /^ele_[\w-]{43}$/;

/**
 * Writes every change that went through to the audit log, before its answer leaves. Of an answer
 * that begins before its work is done, before its end, and also what was refused so late: what was
 * done until then stays. Work that a kill may cut off says when it begins: see `auditBegin`.
 */
export function auditChanges(app: FastifyInstance, audit: Pick<AuditStore, 'record'>): void {
  const begun = new WeakSet<FastifyRequest>();
  app.decorateRequest('auditBegin', null as never);
  app.addHook('onRequest', async (request) => {
    request.auditBegin = async () => {
      await audit.record({ ...entryOf(request), status: BEGUN });
      begun.add(request);
    };
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { config } = request.routeOptions;
    const wentThrough = reply.statusCode < 400 || begun.has(request);
    const changed = isChange(request) && wentThrough && !config.unaudited;
    // The same answer once more, to who lost it, changes nothing.
    if (!changed || reply.hasHeader(REPLAYED)) return payload;
    const entry = entryOf(request);
    const record = () => audit.record({ ...entry, status: reply.statusCode });
    if (payload instanceof PatientAnswer) payload.whenDone(record);
    else await record();
    return payload;
  });
}

function entryOf(request: FastifyRequest): Omit<NewAuditEntry, 'status'> {
  const { principal, routeOptions, ip, method, url, body } = request;
  return {
    principal: nameOf(principal),
    via: principal.kind === 'person' ? (principal.via?.name ?? null) : null,
    address: ip,
    action: (routeOptions.schema as { operationId?: string })?.operationId ?? method,
    subject: url.split('?')[0] as string,
    request: withoutSecrets(isText(request) ? body : null),
  };
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
