import { parentPort } from 'node:worker_threads';
import { tellAnswer } from './sql/answer-signal.ts';
import type { PostgresCall, PostgresLine } from './sql/postgres-calls.ts';
import { ServedConnection } from './sql/served-connection.ts';

const connections = new Map<number, ServedConnection>();

parentPort?.once('message', ({ port, signal }: PostgresLine) => {
  port.on('message', async (call: PostgresCall) => {
    port.postMessage(await connectionOf(call).answer(call));
    if (call.also === 'close') connections.delete(call.connection);
    tellAnswer(signal);
  });
});

function connectionOf(call: PostgresCall): ServedConnection {
  const known = connections.get(call.connection) ?? new ServedConnection(call);
  connections.set(call.connection, known);
  return known;
}
