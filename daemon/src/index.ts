export { LogTail } from './log-tail.ts';
export { openLog } from './open-log.ts';
export { Parts } from './parts.ts';
export { runDaemon } from './run-daemon.ts';
