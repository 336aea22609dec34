import { TrainerError } from '../errors.ts';

/** What a request came to when not to an answer of success. */
export class Refusal extends TrainerError {
  /** Of the answer; 0: there was none. */
  readonly status: number;
  /** Stable, of the control plane; NETWORK: no answer came. */
  readonly problem: string;

  constructor(status: number, problem: string, message: string, options?: ErrorOptions) {
    super('CONTROL_PLANE_REFUSED', message, options);
    this.status = status;
    this.problem = problem;
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 408 || this.status === 429;
  }
}

/** The answer, if it is one of success. @throws Refusal */
export async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text().catch(() => '');
  const { code, detail } = problemOf(text);
  throw new Refusal(
    ...[response.status, code],
    `Expected an answer from ${new URL(response.url).pathname}, received ${response.status} ${code}: ${detail}`,
  );
}

/** RFC 9457, as far as it is there: a proxy in between answers as it likes. */
function problemOf(text: string): { code: string; detail: string } {
  try {
    const { code, detail } = JSON.parse(text) as Record<string, unknown>;
    if (typeof code === 'string' && typeof detail === 'string') return { code, detail };
  } catch {
    // No JSON.
  }
  return { code: 'UNKNOWN', detail: text.slice(0, 200) };
}
