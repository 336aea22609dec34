import { timestamp } from '@edgeloop/protocol';
import { guessOf } from '../../samples/uncertainty.ts';
import type { ExportRow } from './export-rows.ts';
import { pictureFile } from './picture-file.ts';

/** `full` is Label Studio's JSON, with predictions; `min` its JSON-MIN. */
export type LabelStudioForm = 'full' | 'min';

/**
 * One task of Label Studio, for a project of `<Image name="image" value="$image"/><Choices
 * name="choice" toName="image">`. The picture is named as Label Studio serves it from the unpacked
 * zip (local files).
 */
export function labelStudioTask(row: ExportRow, form: LabelStudioForm): object {
  const image = `/data/local-files/?d=${encodeURIComponent(`images/${pictureFile(row)}`)}`;
  const data = { image, sha256: row.sha256, side: row.side };
  if (form === 'min') return { ...data, choice: row.label };
  return {
    data,
    meta: {
      ...(row.device !== null && { device: row.device, camera: row.camera }),
      ...(row.capturedAt !== null && { capturedAt: timestamp(row.capturedAt) }),
    },
    annotations: [{ result: [choice(row.label)] }],
    predictions: predictions(row),
  };
}

function predictions({ scores, model }: ExportRow): readonly object[] {
  const guess = guessOf(scores);
  if (guess === null) return [];
  const result = [choice(guess)];
  return [{ ...(model !== null && { model_version: model }), score: scores[guess], result }];
}

const choice = (name: string) => ({
  from_name: 'choice',
  to_name: 'image',
  type: 'choices',
  value: { choices: [name] },
});
