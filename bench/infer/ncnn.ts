import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeJpeg } from '@edgeloop/imaging';
import type { Weights } from '@edgeloop/onnx';
import { IMAGENET_MEAN, IMAGENET_STD } from '@edgeloop/protocol';
import { Peer } from '../peer.ts';
import { compile } from './compile.ts';
import { ncnnModel } from './ncnn-model.ts';

const SIZE = 224;

/**
 * ncnn's INT8 of the same weights, by its own tools: `ncnn2table` (KL, calibrated on the same
 * picture), `ncnn2int8`. `EDGELOOP_NCNN` names the folder that it was installed in; without it
 * null, with a word. How it is built: docs/performance.md.
 */
export async function startNcnn(
  folder: string,
  weights: Weights,
  picture: Uint8Array,
): Promise<Peer | null> {
  const home = process.env.EDGELOOP_NCNN;
  if (home === undefined) {
    process.stderr.write('EDGELOOP_NCNN names no ncnn: without that peer.\n');
    return null;
  }
  const at = (name: string) => join(folder, name);
  const program = at('ncnn-infer');
  const flags = [
    ...['-std=c++11', '-fopenmp', `-I${join(home, 'include')}`],
    ...[`-L${join(home, 'lib')}`, '-lncnn'],
  ];
  if (!compile('c++', 'ncnn-infer.cpp', program, ...flags)) return null;
  const { param, bin } = ncnnModel(weights);
  writeFileSync(at('float.param'), param);
  writeFileSync(at('float.bin'), bin);
  const jpeg = await encodeJpeg({ data: picture, width: SIZE, height: SIZE }, 95);
  writeFileSync(at('picture.jpg'), jpeg);
  writeFileSync(at('pictures.txt'), `${at('picture.jpg')}\n`);
  const list = (values: readonly number[]) => `[${values.join(',')}]`;
  const run = (tool: string, ...args: readonly string[]) =>
    execFileSync(join(home, 'bin', tool), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  run(
    'ncnn2table',
    ...[at('float.param'), at('float.bin'), at('pictures.txt'), at('scales.table')],
    ...[`mean=${list(IMAGENET_MEAN.map((mean) => 255 * mean))}`],
    ...[`norm=${list(IMAGENET_STD.map((deviation) => 1 / 255 / deviation))}`],
    ...[`shape=${list([SIZE, SIZE, 3])}`, 'pixel=RGB', 'thread=1', 'method=kl'],
  );
  const int8 = [at('int8.param'), at('int8.bin')];
  run('ncnn2int8', at('float.param'), at('float.bin'), ...int8, at('scales.table'));
  return Peer.program(program, ...int8);
}
