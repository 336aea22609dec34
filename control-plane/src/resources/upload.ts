import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import type { Upload, UploadId } from '../artifacts/artifacts.ts';

const Purpose = Type.Union(
  [
    Type.Literal('sample'),
    Type.Literal('model'),
    Type.Literal('dataset'),
    Type.Literal('checkpoint'),
  ],
  { description: 'What it is for: each role may bring some of them' },
);

const Count = Type.Integer({ minimum: 0 });

export const NewUploadRequest = Type.Object(
  {
    sha256: Ids.sha256,
    bytes: Type.Unsafe<number>({ ...Count, description: 'Length of the whole' }),
    purpose: Purpose,
  },
  { additionalProperties: false },
);
export type NewUploadRequest = Static<typeof NewUploadRequest>;

export const UploadIdSchema = Type.Unsafe<UploadId>(
  Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Upload' }),
);

export const UploadView = Type.Object({
  id: UploadIdSchema,
  sha256: Ids.sha256,
  bytes: Count,
  offset: Type.Unsafe<number>({
    ...Count,
    description: 'Bytes that are here; equal to bytes: all, and with the right digest',
  }),
  expiresAt: Type.Unsafe<string>({
    ...Ids.timestamp,
    description: 'Removed then, unless more arrives before',
  }),
});
export type UploadView = Static<typeof UploadView>;

export function viewUpload({ id, sha256, bytes, offset, expiresAt }: Upload): UploadView {
  return { id, sha256, bytes, offset, expiresAt: new Date(expiresAt).toISOString() };
}
