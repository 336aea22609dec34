#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { leaveOutNumberTable } from '@edgeloop/broker-connection';
import { LogTail, openLog, openServiceManager, runDaemon } from '@edgeloop/daemon';
import { tellUnknownFirst } from '@edgeloop/daemon/tell-unknown-first';
import {
  type BurstId,
  EdgeloopError,
  epochMillis,
  millis,
  type OccurrenceId,
  parseId,
  RESTART_STATUS,
  type SlotId,
} from '@edgeloop/protocol';
import { Command } from 'commander';
import { checkSources } from './camera/check-sources.ts';
import { configOption } from './config/config-option.ts';
import { loadConfig, parseConfig } from './config/load-config.ts';
import { addDoctorCommand } from './doctor/add-doctor-command.ts';
import { addEnrolCommands } from './enrol/commands.ts';
import { addHeadCommand } from './head/head-command.ts';
import { loadPackages } from './model/load-packages.ts';
import { outboxStatus } from './outbox/outbox-status.ts';
import { AgentFile } from './safe-mode/agent-file.ts';
import { GuardedAgent } from './safe-mode/guarded-agent.ts';
import { salvage } from './safe-mode/salvage.ts';
import { addSimulateCommand } from './simulate/simulate-command.ts';
import { readGivenRoot } from './update/trust/root-file.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

interface RunOptions {
  config: string;
  supervised?: boolean;
  safeMode?: boolean;
}

const program = new Command('edgeloop-agent')
  .description('Looks at the world through a quantized model and publishes what it sees.')
  .version(version);

program
  .command('run')
  .description('run until a signal ends it')
  .addOption(configOption().makeOptionMandatory())
  .option('--supervised', `what runs it starts it again when it ends with status ${RESTART_STATUS}`)
  .option('--safe-mode', 'with a wrong agent.yaml: run nothing, stay reachable, say what is wrong')
  .action(run);

program
  .command('check-config')
  .description('check the configuration and the files that it names, and run nothing')
  .addOption(configOption().makeOptionMandatory())
  .action(async ({ config }: { config: string }) => {
    const checked = await loadConfig(config);
    await loadPackages(checked, (slot, { message }) =>
      process.stderr.write(`slots.${slot} runs what an update brought. ${message}\n`),
    );
    await checkSources(checked.cameras);
    if (checked.trustRoot !== null) await readGivenRoot(checked.trustRoot);
    process.stdout.write(`${config}: no mistakes.\n`);
  });

program
  .command('outbox')
  .description('print the status of the outbox, as one line of JSON')
  .addOption(configOption().makeOptionMandatory())
  .action(async ({ config }: { config: string }) => {
    const { state } = await loadConfig(config);
    process.stdout.write(`${JSON.stringify(outboxStatus(state))}\n`);
  });

addEnrolCommands(program);
addDoctorCommand(program);
addHeadCommand(program);
addSimulateCommand(program, version);

try {
  tellUnknownFirst(program);
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof EdgeloopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitStatus;
}

async function run({ config, supervised = false, safeMode = false }: RunOptions): Promise<void> {
  leaveOutNumberTable();
  const monotonic = () => millis(performance.now());
  const file = new AgentFile({ path: resolve(config), monotonic });
  const { text, error } = await file.look();
  if (!safeMode) {
    if (error) throw error;
    parseConfig(text as string, file.path);
  }
  const known = text === null ? null : salvage(text, file.path);
  const logTail = new LogTail();
  const base = known ? { device: known.device } : {};
  const log = openLog(1, known?.logLevel ?? 'info', base, logTail);
  let restart = () => {};
  const leaving = new Promise<number>((leave) => {
    restart = () => leave(RESTART_STATUS);
  });
  const startedSlots = new Set<SlotId>();
  const agent = new GuardedAgent({
    file,
    safeMode,
    stateFolder: stateFolderOf(process.env),
    surroundings: () => ({
      log: log.logger,
      version,
      logTail,
      restart: supervised ? restart : null,
      bootId: parseId('boot', randomUUID()),
      startedSlots,
      clock: {
        now: () => epochMillis(Date.now()),
        monotonic,
      },
      random: Math.random,
      newId: () => randomUUID() as string as OccurrenceId & BurstId,
    }),
    onFailed: (error) => {
      log.logger.fatal({ error: error.message }, 'not started again');
      const exitStatus = error instanceof EdgeloopError ? error.exitStatus : 1;
      void log.close().then(() => process.exit(exitStatus));
    },
    now: () => epochMillis(Date.now()),
    log: log.logger,
  });
  // In a terminal it says that the terminal is gone.
  if (supervised || safeMode) process.on('SIGHUP', () => agent.reload());
  const manager = openServiceManager(process, (text) => log.logger.warn(text));
  await runDaemon(agent, log, { leaving, manager });
}

/** The first that systemd has made for the service. */
function stateFolderOf({ STATE_DIRECTORY: folders }: NodeJS.ProcessEnv): string | null {
  return folders?.split(':')[0] || null;
}
