/**
 * What went wrong, in the words of who refused it (RFC 9457), or of this page where nobody
 * answered.
 */
export class Problem extends Error {
  /** HTTP status; 0: no answer came. */
  readonly status: number;
  /** Such as `NOT_FOUND`: see the API's catalogue. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
  }
}

/**
 * Whether it may pass by itself: no answer came, or the server is not well. Of a refusal asking
 * again changes nothing.
 */
export const mayPass = ({ status }: Pick<Problem, 'status'>): boolean =>
  status === 0 || status >= 500;

/** Of an answer that is not a success. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  try {
    const { code = 'UNKNOWN', detail, title } = JSON.parse(text);
    return new Problem(response.status, code, detail ?? title ?? response.statusText);
  } catch {
    return new Problem(
      response.status,
      'UNKNOWN',
      `Expected an answer of the control plane, received ${response.status} ${response.statusText}.`,
    );
  }
}

const UNREAD =
  'The control plane does not answer. What is shown is the last that was known; it is asked again.';
const UNSURE =
  'The control plane does not answer: nobody knows whether it was done. Look at how it is now, then try again.';

/** No answer came. @param change what was asked may have been done all the same */
export const unreachable = (change: boolean): Problem =>
  new Problem(0, 'UNREACHABLE', change ? UNSURE : UNREAD);
