/**
 * For the `pattern` of an input, which browsers read with the flag v: a dash in a class is escaped.
 */

/** Of sites, devices and subscribers. */
export const ID = {
  pattern: '[a-z0-9]([a-z0-9\\-]{0,61}[a-z0-9])?',
  title: 'Lower case letters, digits and dashes',
} as const;

export const PERSON = {
  pattern: '[a-z0-9][a-z0-9._\\-]{0,62}',
  title: 'Lower case letters, digits, dots and dashes',
} as const;
