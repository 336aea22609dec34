import { fileURLToPath } from 'node:url';

/** What the bench does within the page, for `addInitScript`. */
export const IN_PAGE = fileURLToPath(new URL('./in-page.js', import.meta.url));
