import { Command } from 'commander';
import t from 'tap';
import { addDoctorCommand } from '../../../agent/src/doctor/add-doctor-command.ts';
import { addEnrolCommands } from '../../../agent/src/enrol/commands.ts';
import { addHeadCommand } from '../../../agent/src/head/head-command.ts';

const NOWHERE = '/nowhere/agent.yaml';

const program = new Command('edgeloop-agent').exitOverride();
addDoctorCommand(program);
addEnrolCommands(program);
addHeadCommand(program);

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
const pathOf = (command: Command): string[] =>
  command.parent ? [...pathOf(command.parent), command.name()] : [];

for (const command of leaves(program)) {
  const path = pathOf(command);
  t.test(`the variable alone names the file: ${path.join(' ')}`, async (t) => {
    const before = process.env.EDGELOOP_AGENT_CONFIG;
    process.env.EDGELOOP_AGENT_CONFIG = NOWHERE;
    t.teardown(() => {
      if (before === undefined) delete process.env.EDGELOOP_AGENT_CONFIG;
      else process.env.EDGELOOP_AGENT_CONFIG = before;
    });
    const given = command.registeredArguments.map(() => 'last-frame');
    // The doctor tells what it found, and that it is not well.
    const code = path[0] === 'doctor' ? 'UNWELL' : 'CONFIG_UNREADABLE';
    await t.rejects(program.parseAsync([...path, ...given], { from: 'user' }), {
      code,
      message: code === 'UNWELL' ? /configuration/ : new RegExp(NOWHERE),
    });
  });
}
