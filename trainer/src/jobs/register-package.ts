import { setTimeout as wait } from 'node:timers/promises';
import { backoffDelay, RECONNECT, type Sha256 } from '@edgeloop/protocol';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { Refusal } from './refusal.ts';
import { type RetryOptions, retrying } from './retrying.ts';

/** What of a model's view tells how its check went. */
interface CheckedModel {
  readonly state: 'announced' | 'checking' | 'registered' | 'refused';
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

/** Of a check that this control plane does one after another. */
const CHECK_TIMEOUT = 600_000;
/** Between two looks at a check whose answer was lost. */
const LOOK_AGAIN = 1_000;
/**
 * A busy machine may be the reason: another check, and later another attempt, may end otherwise.
 */
const PASSING_REFUSALS = new Set(['TOO_SLOW', 'CRASHED']);
/** Refused as often for such a reason: it is left to another attempt. */
const MOST_CHECKS = 3;

/**
 * Has the registry check a package that is there whole, until it is registered.
 * @throws Refusal where it is not taken; passing where a busy machine may be the reason
 */
export async function registerPackage(
  client: ControlPlaneClient,
  digest: Sha256,
  retry: RetryOptions,
): Promise<void> {
  const { signal, random, onFailure } = retry;
  for (let checks = 1; ; checks++) {
    const { state, refusal } = await retrying(() => checkOf(client, digest, signal), retry);
    if (state === 'registered') return;
    const code = refusal?.code ?? 'MODEL_REFUSED';
    const error = new Refusal(
      ...[PASSING_REFUSALS.has(code) ? 503 : 422, code],
      `Expected the registry to take the package, it is ${state}: ${refusal?.message ?? 'no reason was given'}`,
    );
    if (!error.passing || checks === MOST_CHECKS) throw error;
    const delay = backoffDelay(RECONNECT, checks, random());
    onFailure?.(error, delay);
    await wait(delay, undefined, { signal });
  }
}

/** How the check ends: of this request, or of an earlier one whose answer was lost. */
async function checkOf(
  client: ControlPlaneClient,
  digest: Sha256,
  signal: AbortSignal,
): Promise<CheckedModel> {
  const asked = { method: 'POST', timeoutMillis: CHECK_TIMEOUT, signal } as const;
  for (;;) {
    try {
      return await client.askJson<CheckedModel>(`/api/models/${digest}/complete`, asked);
    } catch (error) {
      if (!(error instanceof Refusal && error.problem === 'CONFLICT')) throw error;
    }
    const found = await endOfCheck(client, digest, signal);
    // `announced`: the check itself was given up, by a restart for example. It is asked for anew.
    if (found.state !== 'announced') return found;
  }
}

async function endOfCheck(
  client: ControlPlaneClient,
  digest: Sha256,
  signal: AbortSignal,
): Promise<CheckedModel> {
  for (;;) {
    await wait(LOOK_AGAIN, undefined, { signal });
    const found = await client.askJson<CheckedModel>(`/api/models/${digest}`, { signal });
    if (found.state !== 'checking') return found;
  }
}
