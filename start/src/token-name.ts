/**
 * Who uses a token that `npm start` makes, and since when: names are unique. "Trainer of npm start,
 * 2026-11-28 08:48:06 UTC".
 * @param now RFC 3339, in UTC
 */
export const tokenName = (who: string, now: string): string =>
  `${who} of npm start, ${now.slice(0, 10)} ${now.slice(11, 19)} UTC`;
