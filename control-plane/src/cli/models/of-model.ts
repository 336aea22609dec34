/** What an argument `<model>` takes. */
export const OF_MODEL = 'its digest; the first digits will do, at least 6';
