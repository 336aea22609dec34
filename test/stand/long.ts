/** `npm run test:long`: what takes minutes, too. */
export const LONG = process.env.EDGELOOP_LONG_TESTS === '1';

/** Why a test is left out of `npm test`; false where it runs. */
export const notLong = !LONG && 'takes minutes: npm run test:long';
