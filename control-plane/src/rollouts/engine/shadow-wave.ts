/** What is measured while the candidate only looks on is of no wave. */
export const SHADOW_WAVE = -1;
