import type { Evaluation, Manifest } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import type { ModelLineage, ModelView } from '../resources/model.ts';
import { markdownTable, markdownText } from './markdown-table.ts';

/** Confusion of more classes than that is no table that anyone reads. */
const MAX_CONFUSION = 20;

/**
 * A model card (Mitchell et al., 2019) in Markdown, from what the package and the registry know. A
 * section that there is nothing to say in is left out.
 */
export function modelCard(model: ModelView, lineage: ModelLineage): string {
  const { manifest } = model;
  const sections: readonly (readonly [string, string | null])[] = [
    ['Use', use(model)],
    ['Accuracy', accuracy(manifest)],
    ['Confusion', confusion(manifest)],
    ['Quantization', quantization(manifest)],
    ['Training', training(manifest)],
    ['Origin', origin(model, lineage)],
    ['Devices', devices(lineage)],
    ['Files', files(manifest)],
  ];
  const written = sections.flatMap(([title, text]) => (text ? [`## ${title}\n\n${text}`] : []));
  const head = `# ${markdownText(model.name)}\n\n${summary(model)}`;
  return `${[head, ...written].join('\n\n')}\n`;
}

function summary({ digest, task, state, aliases }: ModelView): string {
  const named = aliases.length > 0 ? `, ${aliases.join(' and ')}` : '';
  return `Version \`${digest}\` of the task ${task}: ${state}${named}.`;
}

function use({ task, manifest }: ModelView): string {
  const { classes, crop } = manifest;
  const names = classes.map(markdownText).join(', ');
  return [
    `Tells apart ${classes.length} classes of the task ${task} in a picture: ${names}.`,
    `It sees the middle square of a picture at ${crop.crop} × ${crop.crop} pixels, and always answers with one of its classes: what it was not trained on it can not refuse by itself.`,
  ].join('\n\n');
}

function accuracy({ metrics, variants }: Manifest): string | null {
  if (!metrics) return null;
  const forms = Object.entries(metrics.test);
  const { samples } = metrics;
  const head = `Measured on ${counted(samples.test, 'sample')} that took no part in training (${samples.train} did, ${samples.validation} watched over it).`;
  const overall = markdownTable(
    ['Form', 'Accuracy', 'Calibration error'],
    forms.map(([form, { accuracy: share }]) => {
      const ece = variants[form]?.calibration?.ece.after;
      return [form, percent(share), ece === undefined ? '–' : percent(ece)];
    }),
  );
  return [head, overall, ...forms.map(perClass)].join('\n\n');
}

function perClass([form, { perClass: classes }]: [string, Evaluation]): string {
  const rows = Object.entries(classes).map(([name, { precision, recall, samples }]) => [
    ...[name, percent(precision), percent(recall), samples],
  ]);
  return `${markdownText(form)}, by class:\n\n${markdownTable(['Class', 'Precision', 'Recall', 'Samples'], rows)}`;
}

function confusion({ classes, metrics }: Manifest): string | null {
  if (!metrics || classes.length > MAX_CONFUSION) return null;
  const tables = Object.entries(metrics.test).map(([form, evaluation]) => {
    const rows = evaluation.confusion.map((row, i) => [classes[i] as string, ...row]);
    return `${markdownText(form)}; rows: truth, columns: prediction.\n\n${markdownTable(['', ...classes], rows)}`;
  });
  return tables.length > 0 ? tables.join('\n\n') : null;
}

function quantization({ quantization: made }: Manifest): string | null {
  if (!made) return null;
  const kept =
    made.floatLayers.length > 0
      ? ` Kept in float: ${made.floatLayers.map(markdownText).join(', ')}.`
      : '';
  const agreement =
    made.agreement === undefined
      ? ''
      : ` INT8 and FP32 give the same class for ${percent(made.agreement)} of them.`;
  return `Static INT8, ranges by ${markdownText(made.method)}, calibrated on ${counted(made.pictures, 'picture')}; signal to noise of the logits against FP32: ${made.decibels.toFixed(1)} dB.${agreement}${kept}`;
}

function training({ lineage: { recipe, code } }: Manifest): string | null {
  const rows = [...Object.entries(recipe), ...Object.entries(code)].map(([name, value]) => [
    ...[name, typeof value === 'string' ? value : JSON.stringify(value)],
  ]);
  return rows.length > 0 ? markdownTable(['Setting', 'Value'], rows) : null;
}

function origin(model: ModelView, { dataset, parents, job }: ModelLineage): string {
  const facts = [
    `Brought by ${markdownText(model.createdBy)} at ${model.createdAt}.`,
    dataset.version === null
      ? `Dataset \`${dataset.fingerprint}\`.`
      : `Dataset version ${dataset.version}, ${counted(dataset.samples ?? 0, 'sample')}, \`${dataset.fingerprint}\`.`,
    ...(parents.length > 0 ? [`Began from model \`${parents[0]}\`.`] : []),
    ...(job ? [`Training job \`${markdownText(job)}\`.`] : []),
    ...(model.signature ? [`Signed with key \`${model.signature.keyId}\`.`] : []),
  ];
  const list = facts.map((fact) => `- ${fact}`).join('\n');
  if (dataset.origins.length === 0) return list;
  const rows = dataset.origins.map(({ device, camera, samples }) => [
    ...[device ?? 'imported', camera ?? '–', samples],
  ]);
  return `${list}\n\n${markdownTable(['Device', 'Camera', 'Samples'], rows)}`;
}

function devices({ devices: running }: ModelLineage): string | null {
  if (running.length === 0) return null;
  const rows = running.map(({ site, device, slots }) => [site, device, slots.join(', ')]);
  return `Run by these, as they reported last:\n\n${markdownTable(['Site', 'Device', 'Slot'], rows)}`;
}

function files({ variants }: Manifest): string {
  const rows = Object.entries(variants).map(([form, { file }]) => [
    ...[form, file.path, file.bytes, file.sha256],
  ]);
  return markdownTable(['Form', 'File', 'Bytes', 'SHA-256'], rows);
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
