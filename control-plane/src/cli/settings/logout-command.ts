import type { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { Cli } from '../cli.ts';
import { profileName } from './settings.ts';
import { readSettingsFile, settingsPath, writeSettingsFile } from './settings-file.ts';

/** `edgeloop logout`: takes the token out of the file. The server still knows it. */
export function addLogout(command: Command, cli: Cli): void {
  command
    .addHelpText('after', '\nThe server still knows the token: edgeloop tokens revoke ends it.')
    .action(async () => {
      const { options, surroundings } = cli;
      const path = settingsPath(options.config, surroundings);
      const file = await readSettingsFile(path);
      const profile = profileName(options, surroundings.env, file);
      const entry = profile ? file?.profiles?.[profile] : file;
      if (!file || !entry?.token) {
        const message = `Expected a token in ${path}, received none.`;
        throw new ControlPlaneError('OPTION_INVALID', message);
      }
      delete entry.token;
      await writeSettingsFile(path, file);
      const where = profile === null ? path : `${path}, profile ${profile}`;
      await cli.print({ file: path, profile }, (sheet) =>
        sheet.lines(`${where}: the token is gone`),
      );
    });
}
