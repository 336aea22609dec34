import { serveCalls } from '@edgeloop/worker-thread';

serveCalls<{
  double: { request: number; response: number };
  fail: { request: null; response: null };
  exit: { request: null; response: null };
}>(
  {
    double: (value) => value * 2,
    fail: () => {
      throw Object.assign(new Error('the disk is full'), { code: 'SQLITE_FULL' });
    },
    exit: () => process.exit(7),
  },
  () => {},
);
