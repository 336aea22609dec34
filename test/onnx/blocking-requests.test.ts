import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ChildProcess, NOT_BEGUN } from '@edgeloop/onnx';
import { seconds } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { frame } from '../../onnx/src/process/frames.ts';

const BLOCKING = new URL('./blocking-child.mjs', import.meta.url);

async function started(t: Test): Promise<ChildProcess> {
  const child = new ChildProcess(BLOCKING, { blocking: true });
  t.teardown(() => child.close());
  child.start();
  return child;
}

t.test(
  'bytes come with their request, and those that nobody read are no part of the next',
  async (t) => {
    const child = await started(t);
    const ask = (...numbers: number[]) =>
      child.request(numbers, seconds(20), [Uint8Array.from(numbers)]);
    const answer = (...numbers: number[]) => ({
      sent: Float64Array.from(numbers),
      bytes: Uint8Array.from(numbers),
    });
    const large = new Uint8Array(500_000).fill(7);
    const [first, unread, second] = await Promise.allSettled([
      ask(1, 2, 3),
      child.request('unread', seconds(20), [large, large]),
      ask(4, 5),
    ]);
    t.match(first, { value: answer(1, 2, 3) });
    t.match(unread, { reason: { code: 'SESSION_FAILED', message: 'It did not look.' } });
    t.match(second, { value: answer(4, 5) });
    const fewer = child.request([1, 2, 3], seconds(20), [Uint8Array.of(1)]);
    await t.rejects(fewer, { message: 'Expected 3 bytes with a request, received 1.' });
    t.match(await ask(6), answer(6));
  },
);

const framed = (text: string) => `${String.fromCharCode(text.length)}\0\0\0\0\0\0\0${text}`;

t.test('a child that writes what is no answer is ended', async (t) => {
  for (const words of [
    ...['null', '{"id":1}', '{"id":1,"failure":null}', '{"id":1,"failure":{}}'].map(framed),
    'What is this, an answer?',
    '\xff\xff\xff\xff\0\0\0\0',
    '\x02\0\0\0\0\0\0\0{]',
  ]) {
    const child = await started(t);
    const [asked, next] = [
      child.request(words),
      child.request([1], seconds(20), [Uint8Array.of(1)]),
    ];
    await Promise.all([
      t.rejects(asked, { code: 'SESSION_FAILED', message: /is not to be understood/ }),
      t.rejects(next, { code: 'SESSION_FAILED', cause: NOT_BEGUN }),
    ]);
    t.notOk(child.running);
  }
});

t.test('a child whose parent goes ends without a word', async (t) => {
  const start = () => {
    const child = spawn(process.execPath, [fileURLToPath(BLOCKING)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    const said: Buffer[] = [];
    child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
    const end = Promise.all([once(child, 'exit'), once(child.stderr!, 'end')]);
    const channel = child.stdio[3] as Socket;
    channel.on('error', () => {});
    const gone = async () => {
      const [[code]] = await end;
      return { code, said: Buffer.concat(said).toString() };
    };
    return { channel, gone };
  };
  const ask = (id: number, request: unknown) => frame({ id, request });
  for (const when of [
    'while it waits',
    'while it computes',
    'before it read all',
    'amid a request',
  ]) {
    const { channel, gone } = start();
    channel.write(ask(1, []));
    await once(channel, 'data');
    if (when === 'while it computes') channel.write(ask(2, 'at a stretch'));
    // Its answers wait in the socket: it is reset.
    if (when === 'before it read all') {
      channel.pause();
      channel.write(ask(2, []));
    }
    if (when === 'amid a request') channel.write(ask(2, []).subarray(0, 9));
    await new Promise((resolve) => setTimeout(resolve, 200));
    channel.destroy();
    t.same(await gone(), { code: 0, said: '' }, when);
  }
});
