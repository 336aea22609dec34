import { type ChildProcess, spawn } from 'node:child_process';
import { PROGRAMS } from '../../test/stand/programs.ts';

/** `edgeloop-trainer work` on two cores: it takes one job after another. */
export class TrainerProcess {
  readonly #child: ChildProcess;

  constructor(server: string, tokenFile: string, folder: string) {
    const args = ['work', '--server', server, '--token-file', tokenFile, '--work', folder];
    this.#child = spawn(process.execPath, [PROGRAMS.trainer, ...args, '--threads', '2'], {
      stdio: 'ignore',
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
