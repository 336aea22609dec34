import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkGolden } from '@edgeloop/onnx';
import { type Desired, epochMillis, millis } from '@edgeloop/protocol';
import { parseConfig } from '../../../../agent/src/config/load-config.ts';
import { DesiredState } from '../../../../agent/src/desired/desired-state.ts';
import { ModelSlot } from '../../../../agent/src/model/model-slot.ts';
import { hasEnded } from '../../../../agent/src/update/machine/slot-record.ts';
import { Models } from '../../../../agent/src/update/models.ts';

// The real update of a device, from what the broker said to the commit, on real files. Only the runtime is left out: the
// model's file holds the logits that it gives. Says what it runs at the start and at the end.
const {
  config: path,
  desired,
  broker,
} = JSON.parse(process.argv[2] as string) as {
  config: string;
  desired: Desired;
  broker: boolean;
};
const { generation } = desired.slots!.main!.active!.signed;
const quiet = () => {};
const trace = process.argv[3] === 'trace' ? (...said: unknown[]) => console.error(...said) : quiet;
const log = { debug: quiet, info: trace, warn: trace, error: trace, child: () => log } as never;
const clock = { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) };
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

/** Needs the whole file to start, as the runtime does. */
class StandInModel extends ModelSlot {
  #classified = 0;

  override get classified(): number {
    return this.#classified;
  }

  override async start(): Promise<void> {
    const { loaded } = this;
    const { logits } = JSON.parse(await readFile(loaded.modelPath, 'utf8'));
    const output = { dims: [1, logits.length], data: Float32Array.from(logits) };
    const run = async () => ({ outputs: { logits: output }, inferenceMillis: 1 });
    const crop = () => readFile(join(loaded.directory, 'golden/0.rgb'));
    await checkGolden(loaded, { run }, crop);
  }

  see(): void {
    this.#classified += 1;
  }
}

const config = parseConfig(readFileSync(path, 'utf8'), path);
const models = new Models({
  ...{ config, version: '0.1.0', clock, log },
  createModel: (options) => new StandInModel(options),
  // The waits between tries are none.
  random: () => 0,
  connected: () => broker,
  celsius: () => null,
  onChange: quiet,
});
const state = new DesiredState({
  folder: config.state,
  apply: (wanted) => models.receive(wanted),
  onApplied: quiet,
  log,
});
let ending = false;
await models.start();
say({ starts: models.reported.main?.model });
setInterval(() => {
  for (const { current } of models.live.values()) (current as StandInModel).see();
  endWhenDone();
}, 5);

await state.start();
models.resume();
// As the broker says it on every connect.
state.receive(desired);

function endWhenDone(): void {
  const { update } = models.reported.main!;
  if (!update || !hasEnded(update) || update.generation !== generation || ending) return;
  ending = true;
  void settled().then(() => {
    say({ runs: models.reported.main?.model, state: update.state, reason: update.reason });
    process.exit(0);
  });
}

/** What ended is followed by what may be removed, and by what the broker said being written: an exit would cut it off. */
async function settled(): Promise<void> {
  for (let i = 0; i < 100 && !(await isSettled()); i++) await delay(10);
}

async function isSettled(): Promise<boolean> {
  try {
    const names = await readdir(join(config.state, 'models', 'main'));
    const said = JSON.parse(await readFile(join(config.state, 'desired.json'), 'utf8'));
    return (
      names.filter((name) => /^[0-9a-f]{64}$/.test(name)).length <= 2 &&
      said.version === desired.version
    );
  } catch {
    return false;
  }
}
