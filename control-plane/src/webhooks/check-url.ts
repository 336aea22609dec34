import { ControlPlaneError } from '../errors.ts';

/**
 * That something can be sent to it (`fetch` refuses one with a user).
 * @throws ControlPlaneError `REQUEST_INVALID`
 */
export function checkUrl(asked: string): void {
  const parsed = URL.canParse(asked) ? new URL(asked) : null;
  if (parsed === null) {
    throw invalid('a URL such as https://receiver.example/hook', JSON.stringify(asked));
  }
  if (parsed.username === '' && parsed.password === '') return;
  // Whoever may read webhooks sees the URL: the password is not said again either.
  throw invalid(
    'a URL without user and password',
    `one with them for ${parsed.host}. What is sent is signed: the receiver checks that`,
  );
}

function invalid(expected: string, received: string): ControlPlaneError {
  const message = `Expected ${expected} for url, received ${received}.`;
  return new ControlPlaneError('REQUEST_INVALID', message);
}
