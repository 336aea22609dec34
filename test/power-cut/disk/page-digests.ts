import { createHash } from 'node:crypto';

export const PAGE = 4096;

/** One for each page of a content, the last of which may be shorter. */
export function pageDigests(content: Buffer): readonly string[] {
  const count = Math.ceil(content.length / PAGE);
  return Array.from({ length: count }, (_page, i) =>
    createHash('sha1')
      .update(content.subarray(i * PAGE, (i + 1) * PAGE))
      .digest('base64'),
  );
}

/** Of a whole content, from those of its pages: of what changed little, little is read again. */
export function digestOfPages(size: number, pages: readonly string[]): string {
  return createHash('sha1')
    .update(`${size} ${pages.join('')}`)
    .digest('base64');
}
