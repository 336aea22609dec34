import { ConfigurationReport, Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { next, nullable, paging } from './page.ts';

const Name = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$',
  description: 'Lower case, digits and dashes',
});
const Version = Type.Integer({
  minimum: 1,
  description: 'Of its own over all configurations: what a device is told and reports',
});

export const NewConfigurationVersion = Type.Object(
  {
    settings: Type.Record(Type.String(), Type.Unknown(), {
      description: 'A JSON merge patch (RFC 7396) over the agent.yaml of a device',
    }),
    note: Type.Optional(Type.String({ maxLength: 500, description: 'What it is for' })),
  },
  { additionalProperties: false },
);
export type NewConfigurationVersion = Static<typeof NewConfigurationVersion>;

export const NewConfiguration = Type.Object(
  { configuration: Name, ...NewConfigurationVersion.properties },
  { additionalProperties: false },
);
export type NewConfiguration = Static<typeof NewConfiguration>;

export const ConfigurationVersion = Type.Object({
  version: Version,
  configuration: Name,
  settings: NewConfigurationVersion.properties.settings,
  note: Type.String(),
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
});
export type ConfigurationVersion = Static<typeof ConfigurationVersion>;

export const ConfigurationView = Type.Object({
  configuration: Name,
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  newest: ConfigurationVersion,
});
export type ConfigurationView = Static<typeof ConfigurationView>;

export const ConfigurationList = Type.Object({ configurations: Type.Array(ConfigurationView) });

export const ConfigurationVersionQuery = Type.Object(paging, { additionalProperties: false });
export type ConfigurationVersionQuery = Static<typeof ConfigurationVersionQuery>;

export const ConfigurationVersionPage = Type.Object({
  versions: Type.Array(ConfigurationVersion),
  next,
});
export type ConfigurationVersionPage = Static<typeof ConfigurationVersionPage>;

export const OfConfiguration = Type.Object({ configuration: Name });

export const ConfigurationAssignment = Type.Object({
  version: Type.Union([Version, Type.Null()], {
    description: 'Null: the agent.yaml of the device alone',
  }),
  source: Type.String({ description: 'Who said so: a token, or a rollout' }),
  assignedAt: Ids.timestamp,
});
export type ConfigurationAssignment = Static<typeof ConfigurationAssignment>;

export const DeviceConfiguration = Type.Object({
  device: Ids.device,
  assigned: nullable(ConfigurationAssignment),
  reported: Type.Union([ConfigurationReport, Type.Null()], {
    description: 'What the device says of it; null: its own agent.yaml alone, or nothing yet',
  }),
});
export type DeviceConfiguration = Static<typeof DeviceConfiguration>;

export const AssignConfiguration = Type.Object(
  { version: ConfigurationAssignment.properties.version },
  { additionalProperties: false },
);
export type AssignConfiguration = Static<typeof AssignConfiguration>;

export const ConfigurationAssignmentPage = Type.Object({
  assignments: Type.Array(ConfigurationAssignment),
  next,
});
export type ConfigurationAssignmentPage = Static<typeof ConfigurationAssignmentPage>;
