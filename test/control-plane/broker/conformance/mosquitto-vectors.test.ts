import { readFileSync } from 'node:fs';
import t from 'tap';
import { Mosquitto, mosquittoMissing } from '../../../stand/broker/mosquitto.ts';
import { startBroker } from '../start-broker.ts';
import { runVector } from './run-vector.ts';
import { readVectors, vectorsMissing } from './vectors.ts';

/** Each vector that our broker does not pass, and why. */
const NOT_PASSED: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('./not-passed.json', import.meta.url), 'utf8'),
);

/** What Debian's Mosquitto 2.0.11 passes, as this runner counts. */
const PASSED_BY_MOSQUITTO = 271;

/** One after another, as they leave retained messages: those that are not passed. */
async function run(port: number, patience: number): Promise<string[]> {
  const failed: string[] = [];
  for (const vector of readVectors()) {
    if ((await runVector(port, vector, patience)) !== null) failed.push(vector.name);
  }
  return failed;
}

t.test("Mosquitto's packet vectors", { skip: vectorsMissing }, async (t) => {
  const vectors = readVectors();
  t.equal(vectors.length, 314);
  t.equal(new Set(vectors.map(({ name }) => name)).size, vectors.length, 'names are unique');
  const { port } = await startBroker(t);
  const failed = await run(port, 1000);
  t.same(failed, Object.keys(NOT_PASSED), 'the list is exact');
  t.ok(vectors.length - failed.length >= PASSED_BY_MOSQUITTO);
});

t.test(
  'the same runner counts as Mosquitto itself does',
  { skip: vectorsMissing || mosquittoMissing },
  async (t) => {
    const mosquitto = new Mosquitto();
    await mosquitto.start();
    t.teardown(() => mosquitto.close());
    const failed = await run(mosquitto.port, 200);
    t.equal(314 - failed.length, PASSED_BY_MOSQUITTO);
  },
);
