import type { CameraFault, Size } from '@edgeloop/protocol';
import { AgentError } from '../../errors.ts';
import type { FaultLimits, FrameFault } from './watch-frame.ts';

/** What is wrong with the frames of a source, in a sentence. */
export function faultError(
  fault: FrameFault,
  description: string,
  received: { readonly size: Size },
  { size, frozen, black }: FaultLimits,
): AgentError {
  switch (fault) {
    case 'size':
      return new AgentError(
        'SOURCE_RESIZED',
        `Expected ${size?.width}x${size?.height} from ${description}, received ${received.size.width}x${received.size.height}: choose a size that the camera has.`,
      );
    case 'frozen':
      return new AgentError(
        'SOURCE_FROZEN',
        `Expected pictures that differ from ${description}, received the same one for ${seconds(frozen)}.`,
      );
    case 'black':
      return new AgentError(
        'SOURCE_BLACK',
        `Expected something to see from ${description}, received black pictures for ${seconds(black)}: is it dark there, or the lens covered?`,
      );
  }
}

const FAULTS: Readonly<Record<string, CameraFault>> = {
  SOURCE_ABSENT: 'absent',
  SOURCE_SILENT: 'silent',
  SOURCE_RESIZED: 'size',
  SOURCE_FROZEN: 'frozen',
  SOURCE_BLACK: 'black',
};

/** What an error of a source is called in `health`. */
export const faultOf = ({ code }: AgentError): CameraFault => FAULTS[code] ?? 'failed';

const seconds = (limit: number | null) => `${Math.round((limit ?? 0) / 1000)} s`;
