import { setTimeout as delay, setImmediate as tick } from 'node:timers/promises';
import { OnnxError } from '@edgeloop/onnx';
import { epochMillis, ProtocolError, type Sha256 } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import {
  type Installed,
  newSlotRecord,
  type SlotRecord,
} from '../../../agent/src/update/machine/slot-record.ts';
import { SlotUpdate } from '../../../agent/src/update/slot-update.ts';
import { UpdateError } from '../../../agent/src/update/update-error.ts';
import type { DownloadProgress, UpdatePorts } from '../../../agent/src/update/update-ports.ts';

const [YAML, A, B] = ['0', 'a', 'b'].map((digit) => digit.repeat(64)) as [Sha256, Sha256, Sha256];
const quiet = () => {};
const log = { info: quiet, warn: quiet, error: quiet };

/** Ports whose works end when they are told to, and that remember in which order they were used. */
class Ports implements UpdatePorts {
  readonly did: string[] = [];
  written: SlotRecord | null = null;
  /** By work, what it throws, once each. */
  readonly errors = new Map<string, Error[]>();
  /** These go on until they are cut off. */
  readonly endless = new Set<string>();
  onProgress: (progress: DownloadProgress) => void = quiet;

  fetch(_model: Sha256, signal: AbortSignal, onProgress: Ports['onProgress']): Promise<void> {
    this.onProgress = onProgress;
    return this.#work('fetch', signal);
  }
  verify = (_model: Sha256, signal: AbortSignal) => this.#work('verify', signal);
  selfTest = (_model: Sha256, signal: AbortSignal) => this.#work('test', signal);
  activate = ({ model }: Installed, signal: AbortSignal) =>
    this.#work(`activate ${model[0]}`, signal);
  observeProbation = (_model: Sha256, signal: AbortSignal) => this.#work('observe', signal);
  revert = ({ model }: Installed) => this.#work(`revert ${model[0]}`);
  tidy = () => this.#work('tidy');
  async persist(record: SlotRecord): Promise<void> {
    await this.#work(`write ${record.update?.state}`);
    this.written = record;
  }
  reports = 0;
  report = () => {
    this.reports += 1;
  };

  async #work(name: string, signal?: AbortSignal): Promise<void> {
    this.did.push(name);
    const error = this.errors.get(name)?.shift();
    if (error) throw error;
    if (this.endless.has(name)) await delay(60_000, undefined, { signal, ref: false });
  }
}

function create(t: Test, ports: Ports, record: SlotRecord = newSlotRecord(YAML)): SlotUpdate {
  const update = new SlotUpdate({
    ports,
    record,
    log,
    random: () => 0,
    now: () => epochMillis(1_000),
    monotonic: () => performance.now() as never,
  });
  t.teardown(() => update.close());
  return update;
}

async function started(t: Test, ports: Ports, record?: SlotRecord): Promise<SlotUpdate> {
  const update = create(t, ports, record);
  await update.boot(YAML);
  update.start();
  return update;
}

const assign = (update: SlotUpdate, model: Sha256, generation: number) =>
  update.give({ kind: 'assigned', assignment: { model, generation } });

async function until(update: SlotUpdate, state: string): Promise<void> {
  while (update.record.update?.state !== state) await tick();
}

const full = () => Object.assign(new Error('no space left'), { code: 'ENOSPC' });

t.test('each state is on disk before its work begins', async (t) => {
  const ports = new Ports();
  const update = await started(t, ports);
  await tick();
  await assign(update, A, 1);
  await until(update, 'committed');
  await tick();
  t.same(ports.did, [
    ...['revert 0', 'tidy', 'write downloading', 'tidy', 'fetch', 'write verifying', 'verify'],
    ...['write testing', 'test', 'write activating', 'activate a', 'write probation', 'observe'],
    ...['write committed', 'tidy'],
  ]);
  t.same(ports.written, update.record);
});

t.test('a state that can not be written is insisted on, and nothing goes on before', async (t) => {
  const ports = new Ports();
  const update = await started(t, ports);
  ports.errors.set('write verifying', [full(), full()]);
  await assign(update, A, 1);
  await until(update, 'committed');
  t.equal(ports.did.filter((did) => did === 'write verifying').length, 3);
  t.ok(ports.did.indexOf('verify') > ports.did.lastIndexOf('write verifying'));
  t.equal(update.problem, null);
});

t.test('it goes back also where that can not be written', async (t) => {
  const ports = new Ports();
  const update = await started(t, ports);
  const why = new UpdateError('PROBATION_FAILED', 'too slow', { retry: false });
  ports.errors.set('observe', [why]);
  ports.errors.set('write reverted', [full(), full()]);
  await assign(update, A, 1);
  await until(update, 'reverted');
  const gone = ports.did.lastIndexOf('revert 0');
  t.ok(gone < ports.did.lastIndexOf('write reverted'));
  t.equal(update.record.update?.reason?.code, 'PROBATION_FAILED');
});

t.test('what may pass is tried again; an activation that failed is undone', async (t) => {
  const ports = new Ports();
  const update = await started(t, ports);
  ports.errors.set('activate a', [full()]);
  await assign(update, A, 1);
  await until(update, 'committed');
  const first = ports.did.indexOf('activate a');
  t.same(ports.did.slice(first + 1, first + 3), ['write waiting', 'revert 0']);
  t.match(update.record.update, { attempts: 2, failures: 1 });
});

t.test('another assignment cuts the work off, in each state, and goes back first', async (t) => {
  for (const work of ['fetch', 'verify', 'test', 'activate a', 'observe']) {
    const ports = new Ports();
    ports.endless.add(work);
    const update = await started(t, ports);
    await assign(update, A, 1);
    while (!ports.did.includes(work)) await tick();
    ports.endless.clear();
    await assign(update, B, 2);
    await until(update, 'committed');
    t.equal(update.record.good.model, B, work);
    const undone = ports.did.slice(ports.did.indexOf(work)).includes('revert 0');
    t.equal(undone, work === 'activate a' || work === 'observe', `${work}: undone`);
  }
});

t.test('the same model under a new generation does not begin anew', async (t) => {
  const ports = new Ports();
  ports.endless.add('observe');
  const update = await started(t, ports);
  await assign(update, A, 1);
  while (!ports.did.includes('observe')) await tick();
  await assign(update, A, 2);
  t.match(update.record.update, { state: 'probation', generation: 2 });
  t.equal(ports.did.filter((did) => did === 'observe').length, 1);
});

t.test('how far a download is, is reported now and then', async (t) => {
  const ports = new Ports();
  ports.endless.add('fetch');
  const update = await started(t, ports);
  await assign(update, A, 1);
  while (!ports.did.includes('fetch')) await tick();
  const before = ports.reports;
  for (let chunk = 1; chunk <= 50; chunk++) {
    ports.onProgress({ receivedBytes: chunk, totalBytes: 50 });
  }
  t.equal(ports.reports - before, 1);
  t.same(update.progress, { receivedBytes: 50, totalBytes: 50 });
  await assign(update, B, 2);
  t.equal(update.progress, null, 'of another download nothing is known yet');
});

t.test('it goes on after a restart in each state', async (t) => {
  for (const work of ['fetch', 'verify', 'test', 'activate a', 'observe']) {
    const before = new Ports();
    before.endless.add(work);
    const cut = await started(t, before);
    await assign(cut, A, 1);
    while (!before.did.includes(work)) await tick();
    await cut.close();
    const ports = new Ports();
    const update = await started(t, ports, before.written as SlotRecord);
    await until(update, 'committed');
    const next = ports.did.find((did) => !/^(write|tidy|revert)/.test(did));
    t.equal(next, work);
    t.equal(update.record.good.model, A);
  }
});

t.test('a start in probation that can not be counted is the last', async (t) => {
  const before = new Ports();
  before.endless.add('observe');
  const cut = await started(t, before);
  await assign(cut, A, 1);
  while (!before.did.includes('observe')) await tick();
  await cut.close();
  const ports = new Ports();
  ports.errors.set('write probation', [full()]);
  const update = create(t, ports, before.written as SlotRecord);
  t.equal((await update.boot(YAML)).model, YAML, 'the model before is loaded');
  update.start();
  await until(update, 'reverted');
  while (ports.written?.update?.state !== 'reverted') await tick();
});

t.test('a good package that is lost is gone back from while it is gone back to', async (t) => {
  const ports = new Ports();
  const record: SlotRecord = {
    ...newSlotRecord(YAML),
    good: { model: B, generation: 1 },
  };
  const update = await started(t, ports, record);
  ports.endless.add('observe');
  await assign(update, A, 2);
  while (!ports.did.includes('observe')) await tick();
  ports.errors.set('revert b', [new ProtocolError('PACKAGE_FILE_ALTERED', 'damaged')]);
  ports.endless.clear();
  await assign(update, YAML, 3);
  while (update.record.update?.generation !== 3 || !ports.did.includes('revert 0')) await tick();
  await until(update, 'committed');
  t.equal(update.record.good.model, YAML);
});

t.test('a good model that can not be read now is gone back to when it can', async (t) => {
  const ports = new Ports();
  const record: SlotRecord = { ...newSlotRecord(YAML), good: { model: B, generation: 1 } };
  const update = await started(t, ports, record);
  const cause = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
  const unread = new ProtocolError('PACKAGE_FILE_MISSING', 'not read', { cause });
  ports.errors.set('revert b', Array(9).fill(unread));
  ports.errors.set('observe', [new UpdateError('PROBATION_FAILED', 'slow', { retry: false })]);
  await assign(update, A, 2);
  while (ports.did.filter((did) => did === 'revert b').length < 11) await tick();
  t.equal(update.record.good.model, B);
  t.notOk(ports.did.includes('revert 0'));
});

t.test('a good model whose process was short of time is not lost by that', async (t) => {
  const ports = new Ports();
  const record: SlotRecord = { ...newSlotRecord(YAML), good: { model: B, generation: 1 } };
  const update = await started(t, ports, record);
  const late = () => new OnnxError('SESSION_DEADLINE', 'late');
  ports.errors.set('revert b', [late(), late()]);
  ports.errors.set('observe', [new UpdateError('PROBATION_FAILED', 'slow', { retry: false })]);
  await assign(update, A, 2);
  await until(update, 'reverted');
  while (ports.did.filter((did) => did === 'revert b').length < 4) await tick();
  t.equal(update.record.good.model, B);
  ports.errors.set('revert b', [late(), late(), late()]);
  ports.errors.set('observe', [new UpdateError('PROBATION_FAILED', 'slow', { retry: false })]);
  await assign(update, A, 3);
  while (!ports.did.includes('revert 0')) await tick();
  t.equal(update.record.good.model, YAML, 'but not for ever');
});

t.test(
  'where no model before can be gone back to, none is lost, and each is tried again',
  async (t) => {
    const ports = new Ports();
    const record: SlotRecord = { ...newSlotRecord(YAML), good: { model: B, generation: 1 } };
    const update = await started(t, ports, record);
    const short = () => new OnnxError('SESSION_FAILED', 'no memory');
    const reverts = () => ports.did.filter((did) => did.startsWith('revert')).slice(1);
    ports.errors.set('revert b', [short(), short(), short()]);
    ports.errors.set('revert 0', [short(), short(), short()]);
    ports.errors.set('observe', [new UpdateError('PROBATION_FAILED', 'slow', { retry: false })]);
    await assign(update, A, 2);
    await until(update, 'reverted');
    while (ports.did.at(-1) !== 'tidy') {
      t.equal(ports.written?.good.model, B);
      await tick();
    }
    t.same(reverts(), [...Array(3).fill('revert b'), ...Array(3).fill('revert 0'), 'revert b']);
    t.equal(ports.written?.good.model, B);
  },
);

t.test('a good model is lost on disk when another one runs in its place', async (t) => {
  const ports = new Ports();
  const record: SlotRecord = { ...newSlotRecord(YAML), good: { model: B, generation: 1 } };
  const update = await started(t, ports, record);
  ports.errors.set('revert b', [new ProtocolError('PACKAGE_FILE_ALTERED', 'damaged')]);
  ports.errors.set('observe', [new UpdateError('PROBATION_FAILED', 'slow', { retry: false })]);
  await assign(update, A, 2);
  await until(update, 'reverted');
  while (ports.did.at(-1) !== 'tidy') await tick();
  t.same(ports.did.slice(ports.did.indexOf('observe') + 1), [
    ...['write reverted', 'revert b', 'revert 0', 'write reverted', 'tidy'],
  ]);
  t.equal(ports.written?.good.model, YAML);
});
