export { Lifecycle } from './lifecycle.ts';
export { LogTail } from './log-tail.ts';
export { openLog } from './open-log.ts';
export { reportStanding } from './report-standing.ts';
export { runDaemon } from './run-daemon.ts';
export { SerialQueue } from './serial-queue.ts';
export { openServiceManager, type ServiceManager } from './service-manager.ts';
export type { Standing } from './standing.ts';
export { untilAny } from './until-any.ts';
