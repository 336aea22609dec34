import type { InferenceProcess } from '@edgeloop/onnx';
import type { TensorPlan } from '@edgeloop/protocol';
import { logitsOf } from '../evaluate/evaluate.ts';
import type { VariantContent } from '../package/write-package.ts';
import type { Form } from '../report/run-record.ts';
import type { Sessions } from './sessions.ts';

interface ModelFile {
  readonly bytes: Uint8Array;
  readonly tensor: TensorPlan;
  /** Pixels of the side of what it sees. */
  readonly side: number;
}

/** A form of a model, open until the fit ends. */
export interface OpenForm extends ModelFile {
  readonly session: InferenceProcess;
  /** As a package takes it. */
  readonly content: VariantContent;
}

export async function openForm(sessions: Sessions, form: Form, file: ModelFile): Promise<OpenForm> {
  const { bytes, tensor, side } = file;
  const session = await sessions.open(form, bytes);
  const run = async (pixels: Uint8Array) =>
    (await logitsOf(session, [pixels], side, tensor))[0] ?? [];
  return { ...file, session, content: { bytes, tensor, run } };
}
