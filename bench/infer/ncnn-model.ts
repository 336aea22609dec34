import { requireTensor, resnet18, type Weights } from '@edgeloop/onnx';

/**
 * ResNet18 as ncnn's own converters write it: a text of layers, and their weights one after
 * another.
 */
export interface NcnnModel {
  readonly param: string;
  readonly bin: Uint8Array;
}

interface Layer {
  readonly type: string;
  readonly inputs: readonly Layer[];
  parameters: string;
}

/** How its texts begin, and what stands before weights that are plain float32. */
const MAGIC = 7767517;
const FLOAT_TAG = new Uint8Array(4);

/**
 * For weights whose batch normalization does nothing yet (`initialResNet18`): convolution, bias 0,
 * the ReLU in the convolution where nothing comes between, as `ncnnoptimize` would leave it. Input
 * `input` float32[3, 224, 224], output `logits`.
 * https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
 */
export function ncnnModel(weights: Weights): NcnnModel {
  const layers: Layer[] = [];
  const pieces: Uint8Array[] = [];
  const layer = (type: string, inputs: readonly Layer[], parameters: string) => {
    const made: Layer = { type, inputs, parameters };
    layers.push(made);
    return made;
  };
  const put = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    pieces.push(new Uint8Array(buffer, byteOffset, byteLength));
  const input = layer('Input', [], '0=224 1=224 2=3');
  resnet18<Layer, Layer>(
    {
      convolutionNorm: (x, { name, kernel, stride, padding, outChannels }) => {
        const { data } = requireTensor(weights, `${name}.weight`);
        pieces.push(FLOAT_TAG);
        put(data);
        put(new Float32Array(outChannels));
        const shape = `0=${outChannels} 1=${kernel} 3=${stride} 4=${padding}`;
        return layer('Convolution', [x], `${shape} 5=1 6=${data.length}`);
      },
      relu: (x) => {
        if (x.type !== 'Convolution') return layer('ReLU', [x], '');
        x.parameters += ' 9=1';
        return x;
      },
      add: (a, b) => layer('BinaryOp', [a, b], '0=0'),
      // 5=1: a window that the picture does not fill is left out.
      maxPool: (x) => layer('Pooling', [x], '0=0 1=3 2=2 3=1 5=1'),
      globalAveragePool: (x) => layer('Pooling', [x], '0=1 4=1'),
      linear: (x, name) => {
        const { data, dims } = requireTensor(weights, `${name}.weight`);
        pieces.push(FLOAT_TAG);
        put(data);
        put(requireTensor(weights, `${name}.bias`).data);
        return layer('InnerProduct', [x], `0=${dims[0]} 1=1 2=${data.length}`);
      },
    },
    input,
  );
  return { param: written(layers), bin: Buffer.concat(pieces) };
}

/** A layer that two others read gets a Split behind it: in ncnn each blob has one reader. */
function written(layers: readonly Layer[]): string {
  const lines: string[] = [];
  const blobs = new Map<Layer, string[]>();
  let count = 0;
  for (const layer of layers) {
    const inputs = layer.inputs.map((from) => blobs.get(from)?.shift() as string);
    const readers = layers.filter((other) => other.inputs.includes(layer)).length;
    const name = layer.type === 'Input' ? 'input' : `blob${count}`;
    const output = readers === 0 ? 'logits' : name;
    const line = (type: string, from: readonly string[], to: readonly string[], of: string) => {
      const ends = `${from.length} ${to.length}`;
      lines.push([type, `layer${lines.length}`, ends, ...from, ...to, of].join(' ').trim());
      count += to.length;
    };
    line(layer.type, inputs, [output], layer.parameters);
    const copies = Array.from({ length: readers }, (_, i) => `${output}_${i}`);
    if (readers > 1) line('Split', [output], copies, '');
    blobs.set(layer, readers > 1 ? copies : [output]);
  }
  return [MAGIC, `${lines.length} ${count}`, ...lines, ''].join('\n');
}
