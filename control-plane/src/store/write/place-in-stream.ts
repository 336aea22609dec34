/** Where numbers `from`…`to` stand in a stream that is accounted for up to `through`. */
export type Place = 'next' | 'known' | 'early';

export function placeInStream(through: number, from: number, to: number): Place {
  if (to <= through) return 'known';
  return from <= through + 1 ? 'next' : 'early';
}
