import type { SourceConfig } from '../config/config.ts';
import { DirectorySource } from './directory-source.ts';
import { FileSource } from './file-source.ts';
import type { CameraSource, Clock } from './frame.ts';
import { SyntheticSource } from './synthetic-source.ts';

/** The source that the configuration names. */
export function createSource(config: SourceConfig, clock: Clock): CameraSource {
  switch (config.kind) {
    case 'directory':
      return new DirectorySource(config, clock);
    case 'synthetic':
      return new SyntheticSource(config, clock);
    case 'file':
      return new FileSource(config, clock);
  }
}
