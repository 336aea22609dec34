import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addAliases } from './add-aliases.ts';
import { addFigures } from './add-figures.ts';
import { addLooks } from './add-looks.ts';
import { addPackages } from './add-packages.ts';

/** `edgeloop models`: the registry. */
export function addModels(models: Command, cli: Cli): void {
  addPackages(models, cli);
  addLooks(models, cli);
  addFigures(models, cli);
  addAliases(models, cli);
}
