import type { Finding } from '@edgeloop/findings';

/** For a person: one a line, each with its mend below it. */
export function showFindings(findings: readonly Finding[]): string {
  return findings
    .flatMap(({ gravity, check, what, mend }) => [
      `${gravity.padEnd(8)} ${check}: ${what}`,
      ...(mend ? [`         → ${mend}`] : []),
    ])
    .join('\n');
}
