import { EdgeloopError, type Reason } from '@edgeloop/protocol';

/** Why a configuration does not run here. */
export function reasonOf(error: Error): Reason {
  const code = error instanceof EdgeloopError ? error.code : 'CONFIGURATION_FAILED';
  return { code, message: error.message.slice(0, 1000) };
}
