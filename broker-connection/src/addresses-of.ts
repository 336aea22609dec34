/**
 * `mqtt://a:1883,mqtt://b:1883`: the addresses of one cluster, in the order in which they are
 * tried.
 */
export const addressesOf = (url: string): readonly string[] =>
  url.split(',').map((address) => address.trim());

/** Where it is tried first: what can be shown of all of them. */
export const firstAddressOf = (url: string): string => addressesOf(url)[0] as string;
