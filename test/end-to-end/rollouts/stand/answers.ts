import type { GateResult } from '../../../../control-plane/src/rollouts/gates/gate-result.ts';
import type { ControlPlaneProcess } from '../../../stand/control-plane/control-plane-process.ts';

interface Answer {
  readonly ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
  readonly body: any;
}

/** Of the decisions of a rollout, what plays look at. */
export interface Decision {
  readonly event: string;
  readonly by: string;
  readonly from: string;
  readonly to: string;
  readonly wave: number;
  readonly reason: string;
  readonly figures: { readonly gates?: readonly GateResult[] };
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
export async function get(controlPlane: ControlPlaneProcess, path: string): Promise<any> {
  const response = await controlPlane.fetch(path);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}

/** @param token of another person; null: of the first */
export async function post(
  controlPlane: ControlPlaneProcess,
  path: string,
  body: object | null,
  token: string | null = null,
): Promise<Answer> {
  const response = await controlPlane.fetch(path, {
    method: 'POST',
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { ok: response.ok, body: await response.json() };
}

/** @param refused with this code; undefined: it is done. @throws Error where it was otherwise */
export function expectAnswer(
  { ok, body }: Answer,
  refused: string | undefined,
  what: string,
): void {
  if (ok ? refused === undefined : body.code === refused) return;
  const expected = refused === undefined ? 'to be let' : `to be refused (${refused})`;
  throw new Error(`Expected ${expected} ${what}, received ${JSON.stringify(body)}.`);
}
