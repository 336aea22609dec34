/** What a package is built for. */
export interface Platform {
  /** As Debian calls it. */
  readonly debian: 'amd64' | 'arm64';
  /** As Node and npm call it. */
  readonly node: 'x64' | 'arm64';
  /** SRI of npm's package of Node's program, in {@link NODE_VERSION}. */
  readonly integrity: string;
}

/**
 * The private Node of all packages: a release with long-term support, as npm's packages
 * `node-linux-*` have it.
 */
export const NODE_VERSION = '24.21.0';

export const PLATFORMS: readonly Platform[] = [
  {
    debian: 'arm64',
    node: 'arm64',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  {
    debian: 'amd64',
    node: 'x64',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
];
