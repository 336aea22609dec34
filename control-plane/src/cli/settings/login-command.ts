import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import { askPerson } from '../ask-person.ts';
import type { Cli } from '../cli.ts';
import { openApi } from '../client/open-api.ts';
import { isSameServer, profileName, resolveSettings } from './settings.ts';
import { readSettingsFile, settingsPath, writeSettingsFile } from './settings-file.ts';

/** `edgeloop login`: tries a token, and writes it down where its owner alone can read it. */
export function addLogin(command: Command, cli: Cli): void {
  command
    .addHelpText(
      'after',
      '\nThe server is that of --server, the token that of --token or EDGELOOP_TOKEN, or asked for. With --profile, one of several; without, the one that holds.',
    )
    .action(async () => {
      const { options, surroundings } = cli;
      const path = settingsPath(options.config, surroundings);
      const file = (await readSettingsFile(path)) ?? {};
      const profile = profileName(options, surroundings.env, file);
      const before = (profile ? file.profiles?.[profile] : file) ?? {};
      const token = await tokenOf(cli);
      const resolved = () =>
        resolveSettings({ ...options, token }, surroundings.env, {
          settings: before,
          from: path,
          folder: dirname(path),
        });
      // Another server has another authority.
      if (!isSameServer(resolved().server.value, before.server)) delete before.ca;
      const settings = resolved();
      const api = await openApi({ ...settings, file: path, profile }, cli.signal);
      await api.askJson('GET /api/tasks');
      const { server, ca } = settings;
      const kept = ca.from === path ? before.ca : ca.value && resolve(ca.value);
      const entry = { server: server.value, token, ...(kept && { ca: kept }) };
      const profiles = { ...file.profiles, ...(profile && { [profile]: entry }) };
      await writeSettingsFile(
        path,
        profile ? { ...file, profile: file.profile ?? profile, profiles } : { ...file, ...entry },
      );
      const where = profile === null ? path : `${path}, profile ${profile}`;
      await cli.print({ server: entry.server, profile, file: path }, (sheet) =>
        sheet.lines(`${entry.server}: the token is good, and kept in ${where}`),
      );
    });
}

async function tokenOf({ options, surroundings }: Cli): Promise<string> {
  const given = options.token ?? surroundings.env.EDGELOOP_TOKEN;
  if (given) return given;
  if (surroundings.stdin.isTTY) {
    return (await askPerson(surroundings, 'Token (elt_…): ', 'hidden')).trim();
  }
  throw new ControlPlaneError(
    'OPTION_INVALID',
    'Expected a token in --token or EDGELOOP_TOKEN where nobody can be asked, received none.',
  );
}
