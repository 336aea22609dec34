import type { Principal, RouteRole } from '../../access/roles.ts';
import type { LoginSession } from '../../access/sessions/session-store.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route. A route without one keeps the API from starting. */
    role?: RouteRole;
    /** A POST that may be sent again with the same `Idempotency-Key`. */
    idempotent?: boolean;
    /** A change that is not written to the audit log: one that a machine makes all the time. */
    unaudited?: boolean;
    /** `task` may be one that is not there yet. */
    anyTask?: boolean;
    /** It opens a session, whatever session asks. */
    opensSession?: boolean;
  }
  interface FastifyRequest {
    principal: Principal;
    /** Of the browser that asks; null: none, or a token asks. */
    session: LoginSession | null;
    /** Who asks, as it is now: for what stays open. */
    whoNow: () => Promise<Principal>;
    /**
     * Written to the audit log, with status 202, before work that a kill may cut off; at its end
     * its outcome is, whatever that is.
     */
    auditBegin: () => Promise<void>;
  }
}
