import { OnnxError } from '../errors.ts';
import { decodeModel } from '../protobuf/decode.ts';
import {
  type AttributeProto,
  AttributeType,
  type ModelProto,
  type NodeProto,
} from '../protobuf/model.ts';
import { checkInterface, checkValue, type ExpectedInterface } from './check-interface.ts';
import { checkTensor } from './check-tensor.ts';
import { type ModelRefusal, quote, Refused, refusalOf } from './model-refusal.ts';

/** FP32 ResNet18 has 47 MB; 16 times that is no model for a Pi. */
export const MAX_MODEL_BYTES = 768 * 2 ** 20;
/** ResNet18 as QDQ has 140 nodes and 8,000 values. */
const MAX_NODES = 20_000;
const MAX_VALUES = 500_000;
/** Quantization per channel came with 13; older float models are taken, too. */
const MIN_OPSET = 7;
const MAX_OPSET = 26;

/** What loops, has sub-graphs, handles texts, or gives other numbers each time. */
const REFUSED_OPERATORS = new Set([
  ...['If', 'Loop', 'Scan', 'SequenceMap'],
  ...['StringNormalizer', 'StringConcat', 'StringSplit', 'RegexFullMatch', 'TfIdfVectorizer'],
  ...['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike'],
  ...['Multinomial', 'Bernoulli', 'ImageDecoder'],
]);

/**
 * Looks at an `.onnx` file without running any of it. What passes has all its weights within,
 * standard operators alone, no loops, and the interface that its package says; the runtime still
 * reads it in a child with a memory cap.
 * @param bytes In memory whole: protobuf can't be read otherwise. Call it where memory is capped.
 * @returns The first thing that is wrong; null: nothing.
 */
export function checkUntrustedModel(
  bytes: Uint8Array,
  expected: ExpectedInterface,
): ModelRefusal | null {
  return refusalOf(() => {
    if (bytes.length > MAX_MODEL_BYTES) throw tooLarge(bytes.length);
    const model = decode(bytes);
    const { graph = {} } = model;
    checkOperatorSet(model);
    if ((graph.node?.length ?? 0) > MAX_NODES) {
      throw new Refused(
        'TOO_MANY',
        `Expected at most ${MAX_NODES} operators, received ${graph.node?.length}.`,
      );
    }
    for (const tensor of graph.initializer ?? [])
      checkTensor(tensor, `weight ${quote(tensor.name)}`);
    for (const node of graph.node ?? []) checkNode(node);
    for (const value of [
      ...(graph.input ?? []),
      ...(graph.output ?? []),
      ...(graph.valueInfo ?? []),
    ]) {
      checkValue(value);
    }
    checkInterface(graph, expected);
  });
}

export function tooLarge(bytes: number): Refused {
  return new Refused(
    'TOO_LARGE',
    `Expected at most ${MAX_MODEL_BYTES} bytes of a model, received ${bytes}.`,
  );
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return decodeModel(bytes, { maxValues: MAX_VALUES });
  } catch (error) {
    if (error instanceof OnnxError) throw new Refused('NOT_A_MODEL', error.message);
    throw error;
  }
}

function checkOperatorSet({ opsetImport = [] }: ModelProto): void {
  const standard = opsetImport.filter(({ domain }) => isStandard(domain));
  const version = standard[0]?.version ?? 0;
  if (standard.length === 1 && version >= MIN_OPSET && version <= MAX_OPSET) return;
  throw new Refused(
    'OPERATOR_SET',
    `Expected one standard operator set from ${MIN_OPSET} to ${MAX_OPSET}, received ${shownVersions(standard.map((set) => set.version))}.`,
  );
}

function checkNode({ name, opType = '', domain, attribute = [] }: NodeProto): void {
  const where = `operator ${quote(opType)} (${quote(name)})`;
  if (!isStandard(domain)) {
    throw new Refused(
      'OPERATOR_DOMAIN',
      `Expected operators of ONNX's own set alone, received ${where} of domain ${quote(domain)}. Export the model without it.`,
    );
  }
  if (REFUSED_OPERATORS.has(opType)) {
    throw new Refused(
      'OPERATOR',
      `Expected no ${opType} in a model for inference, received ${where}.`,
    );
  }
  for (const item of attribute) checkAttribute(item, where);
}

function checkAttribute({ name, type, g, t }: AttributeProto, where: string): void {
  if (g || type === AttributeType.GRAPH) {
    throw new Refused(
      'SUBGRAPH',
      `Expected operators without a graph of their own, received ${where} with ${quote(name)}.`,
    );
  }
  if (t) checkTensor(t, `attribute ${quote(name)} of ${where}`);
}

const SHOWN_VERSIONS = 8;
const shownVersions = (versions: readonly unknown[]) =>
  versions.length > SHOWN_VERSIONS ? `${versions.length} of them` : versions.join(', ') || 'none';

const isStandard = (domain: string | undefined) => !domain || domain === 'ai.onnx';
