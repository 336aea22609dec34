import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addAccess } from './add-access.ts';
import { addCommands } from './add-commands.ts';
import { addDeviceConfiguration } from './add-device-configuration.ts';
import { addHistory } from './add-history.ts';
import { addLooks } from './add-looks.ts';
import { addPictures } from './add-pictures.ts';
import { addRecords } from './add-records.ts';
import { addRegistration } from './add-registration.ts';

/** `edgeloop devices`. */
export function addDevices(devices: Command, cli: Cli): void {
  addLooks(devices, cli);
  addHistory(devices, cli);
  addRecords(devices, cli);
  addRegistration(devices, cli);
  addDeviceConfiguration(devices, cli);
  addCommands(devices, cli);
  addPictures(devices, cli);
  addAccess(devices, cli);
}
