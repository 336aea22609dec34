/**
 * A URL that may be no URL, for a message about it: without the user and password that it may hold,
 * in whatever form. A password that was not encoded may have any character in it: all up to the
 * last `@` goes.
 */
export const withoutSecrets = (text: string): string =>
  text.replace(/\/\/.*@/s, '//…@').replace(/([?&]password=)[^&]*/gi, '$1…');
