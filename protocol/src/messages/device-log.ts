import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { MAX_LOG_LINES } from './command.ts';

/** What is beyond in a line is cut off. */
export const MAX_LOG_LINE_LENGTH = 4096;
/** Of all lines together, in UTF-8; the newest are kept. */
export const MAX_LOG_BYTES = 256 * 1024;

/**
 * `PUT /api/device/log`: the newest lines of an agent's log, for the command that asked for them.
 */
export const DeviceLog = Type.Object(
  {
    command: Ids.commandId,
    at: Ids.timestamp,
    lines: Type.Array(Type.String({ maxLength: MAX_LOG_LINE_LENGTH }), {
      maxItems: MAX_LOG_LINES,
      description: 'As the agent writes them, one JSON object each; the oldest first',
    }),
  },
  { additionalProperties: false },
);
export type DeviceLog = Static<typeof DeviceLog>;
