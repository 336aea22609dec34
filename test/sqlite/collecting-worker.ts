import { serveCalls } from '@edgeloop/worker-thread';
import { collectStatements } from './collect-statements.ts';

serveCalls<{ collect: { request: null; response: number } }>(
  { collect: collectStatements },
  () => {},
);
