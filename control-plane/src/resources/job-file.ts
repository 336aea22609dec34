import { Ids, JobCheckpoint } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import type { UploadId } from '../artifacts/artifacts.ts';

const Count = Type.Integer({ minimum: 0 });

export const NewJobFile = Type.Object(
  { lease: Ids.lease, sha256: Ids.sha256, bytes: Type.Integer({ minimum: 1 }) },
  { additionalProperties: false },
);
export type NewJobFile = Static<typeof NewJobFile>;

/** The upload of a file of a job. */
export const JobUploadId = Type.Unsafe<UploadId>(
  Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Upload' }),
);

export const JobUpload = Type.Object({
  id: JobUploadId,
  bytes: Count,
  offset: Type.Integer({
    minimum: 0,
    description: 'Bytes that are here; equal to bytes: all, and with the right digest',
  }),
});

export const NewCheckpoint = Type.Object(
  { lease: Ids.lease, files: JobCheckpoint },
  { additionalProperties: false },
);
export type NewCheckpoint = Static<typeof NewCheckpoint>;
