export { Lifecycle } from './lifecycle.ts';
export type { Liveness } from './liveness.ts';
export { LogTail } from './log-tail.ts';
export { openLog } from './open-log.ts';
export { reportLiveness } from './report-liveness.ts';
export { runDaemon } from './run-daemon.ts';
export { SerialQueue } from './serial-queue.ts';
export { openServiceManager, type ServiceManager } from './service-manager.ts';
export { untilAny } from './until-any.ts';
