export { LogTail } from './log-tail.ts';
export { openLog } from './open-log.ts';
export { Parts } from './parts.ts';
export { reportStanding } from './report-standing.ts';
export { runDaemon } from './run-daemon.ts';
export { openServiceManager, type ServiceManager } from './service-manager.ts';
export type { Standing } from './standing.ts';
export { Turns } from './turns.ts';
export { untilAny } from './until-any.ts';
