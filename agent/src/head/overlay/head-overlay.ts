import { createHash } from 'node:crypto';
import { decodeSafetensors, encodeSafetensors, type Head } from '@edgeloop/onnx';
import { Ids, type Sha256 } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';

const Count = Type.Integer({ minimum: 0 });

const Notes = Type.Object({
  format: Type.Literal(1),
  /** The package whose last layer it takes the place of. */
  base: Ids.sha256,
  variant: Type.String(),
  classes: Type.Array(Type.String()),
  /** Logits of each golden case of the package, by this head on this device. */
  golden: Type.Array(Type.Array(Type.Number())),
  fittedAt: Ids.timestamp,
  labelled: Count,
  heldOut: Type.Object({ pictures: Count, right: Count, rightBefore: Count }),
});

/**
 * A head that was tuned on the device, with all that says what it belongs to and how it was tested.
 */
export type HeadOverlay = Static<typeof Notes> & { readonly head: Head };

const NOTES = 'overlay';

/** As a `.safetensors` file: `fc.weight`, `fc.bias`, and the notes as its metadata. */
export function encodeOverlay({ head, ...notes }: HeadOverlay): Uint8Array {
  const tensors = new Map([
    ['fc.weight', head.weight],
    ['fc.bias', head.bias],
  ]);
  return Buffer.concat(
    encodeSafetensors({ tensors, metadata: { [NOTES]: JSON.stringify(notes) } }),
  );
}

/** What names an overlay: SHA-256 of its file. */
export function overlayDigest(bytes: Uint8Array): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256;
}

/** @throws OnnxError `WEIGHTS_INVALID`, Error for what is no overlay */
export function decodeOverlay(bytes: Uint8Array): HeadOverlay {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const notes: unknown = JSON.parse(metadata[NOTES] ?? 'null');
  const [weight, bias] = [tensors.get('fc.weight'), tensors.get('fc.bias')];
  if (!weight || !bias || !Check(Notes, notes)) {
    throw new Error('expected a last layer with its notes, received something else');
  }
  return { ...notes, head: { weight, bias } };
}
