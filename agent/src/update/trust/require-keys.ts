import type { RootKeys } from '@edgeloop/protocol';
import { UpdateError } from '../update-error.ts';

/** @throws UpdateError `ROOT_MISSING` */
export function requireKeys({ keys }: { readonly keys: RootKeys | null }): RootKeys {
  if (keys) return keys;
  const message = 'Expected a root whose keys sign packages, this device trusts none.';
  throw new UpdateError('ROOT_MISSING', message, { retry: false });
}
