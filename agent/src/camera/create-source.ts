import type { Clock } from '../clock.ts';
import type { SourceConfig } from '../config/source-config.ts';
import { DirectorySource } from './directory-source.ts';
import type { CameraSource } from './frame.ts';
import { fileProgram } from './program/file-program.ts';
import { ProgramSource } from './program/program-source.ts';
import { rtspProgram } from './program/rtsp-program.ts';
import { v4l2Program } from './program/v4l2-program.ts';
import { rpicamProgram } from './rpicam/rpicam-program.ts';
import { StillsSource } from './stills/stills-source.ts';
import { SyntheticSource } from './synthetic-source.ts';

/** The source that the configuration names. */
export function createSource(config: SourceConfig, clock: Clock): CameraSource {
  switch (config.kind) {
    case 'directory':
      return new DirectorySource(config, clock);
    case 'synthetic':
      return new SyntheticSource(config, clock);
    case 'file':
      return new ProgramSource(fileProgram(config), clock);
    case 'rpicam':
      return new ProgramSource(rpicamProgram(config), clock);
    case 'v4l2':
      return new ProgramSource(v4l2Program(config), clock);
    case 'rtsp':
      return new ProgramSource(rtspProgram(config), clock);
    case 'stills':
      return new StillsSource(config, clock);
  }
}
