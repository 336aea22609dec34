import { ChildError, ChildProcess } from '@edgeloop/onnx';
import t from 'tap';

const FAILING = new URL('./failing-child.mjs', import.meta.url);

t.test('an error of a child has a code of this package, and an exit status', async (t) => {
  const child = new ChildProcess(FAILING);
  t.teardown(() => child.close());
  child.start();
  await t.rejects(child.request('WEIGHTS_INVALID'), {
    ...{ code: 'WEIGHTS_INVALID', exitStatus: 28, message: 'It is WEIGHTS_INVALID.' },
    cause: undefined,
  });
  for (const code of ['ENOSPC', 'IMAGE_UNREADABLE', 'toString']) {
    const error = (await child.request(code).catch((thrown) => thrown)) as Error;
    t.match(error, { code: 'SESSION_FAILED', exitStatus: 22, message: `It is ${code}.` });
    t.type(error.cause, ChildError);
    t.match(error.cause, { code });
  }
});
