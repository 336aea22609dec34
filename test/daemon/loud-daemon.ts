import { openLog, runDaemon } from '@edgeloop/daemon';

// Says far more than a pipe holds, and ends when it is told to.
const log = openLog(2, 'info', {});
await runDaemon(
  {
    async start() {
      for (let i = 0; i < 5000; i++) log.logger.info({ filler: 'x'.repeat(200) }, 'a line');
      setInterval(() => {}, 1000);
      process.send?.('running');
    },
    async close() {},
  },
  log,
);
