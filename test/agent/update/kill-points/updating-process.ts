import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Desired } from '@edgeloop/protocol';
import { parseConfig } from '../../../../agent/src/config/load-config.ts';
import { hasEnded } from '../../../../agent/src/update/machine/slot-record.ts';
import { UpdatedDevice } from './updated-device.ts';

// Says what it runs at the start and at the end; with `reports`, whatever the device reports on the
// way.
const {
  config: path,
  desired,
  broker,
  reports,
} = JSON.parse(process.argv[2] as string) as {
  config: string;
  desired: Desired;
  broker: boolean;
  reports: boolean;
};
const { generation } = desired.slots!.main!.active!.signed;
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const trace = (...said: unknown[]) => console.error(...said);
const log = { debug: () => {}, info: trace, warn: trace, error: trace, child: () => log };

const config = parseConfig(readFileSync(path, 'utf8'), path);
const device = new UpdatedDevice({
  config,
  broker,
  ...(process.argv[3] === 'trace' && { log }),
  onChange: () => {
    if (reports) say({ reports: device.models.reported.main });
  },
});
let ending = false;
await device.start();
say({ starts: device.models.reported.main?.model });
setInterval(() => {
  device.see();
  endWhenDone();
}, 5);
await device.goOn(desired);

function endWhenDone(): void {
  const { update } = device.models.reported.main!;
  if (!update || !hasEnded(update) || update.generation !== generation || ending) return;
  ending = true;
  void settled().then(() => {
    const { main } = device.models.reported;
    say({ runs: main?.model, state: update.state, reason: update.reason });
    process.exit(0);
  });
}

/**
 * What ended is followed by what may be removed, and by what the broker said being written: an exit
 * would cut it off.
 */
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
